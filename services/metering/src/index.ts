export { assembleMetering } from "./assemble.ts";
export { meteringSettings } from "./config.ts";
export { migrations } from "./storage/migrations/index.ts";
