/** The services with a database of their own, in the order they are assembled in. */
export const databaseServices = ["auth", "metering", "billing", "notifier"] as const;

/** All services; the gateway comes last, since it leads to the others. */
export const services = [...databaseServices, "gateway"] as const;
