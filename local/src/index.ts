export { type LocalConfig, localSettings } from "./config.ts";
export { type PlatformOptions, type RunningPlatform, startPlatform } from "./platform.ts";
