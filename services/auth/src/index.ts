export { assembleAuth } from "./assemble.ts";
export { authSettings } from "./config.ts";
export { migrations } from "./storage/migrations/index.ts";
