export { openBusinessClock } from "./business-clock.ts";
export { type LocalConfig, localSettings } from "./config.ts";
export { prepareDatabases } from "./databases.ts";
export { type PlatformOptions, type RunningPlatform, startPlatform } from "./platform.ts";
export { loadSecrets } from "./secrets.ts";
export { startServers } from "./servers.ts";
export type { ServiceProcess } from "./service-process.ts";
export { ServiceProcesses } from "./service-processes.ts";
