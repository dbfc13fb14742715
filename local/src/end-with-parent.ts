/**
 * Loaded before a service's own main: ends the process when the one that started it is gone, even
 * by `kill -9`. Otherwise it would hold the ports that the next start needs.
 */
process.once("disconnect", () => process.exit(1));
