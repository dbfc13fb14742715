export { assembleNotifier } from "./assemble.ts";
export { notifierSettings } from "./config.ts";
export { migrations } from "./storage/migrations/index.ts";
