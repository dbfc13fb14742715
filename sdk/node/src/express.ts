export type { TollbookCall } from "./express/call.ts";
export { type TollbookMiddleware, tollbook } from "./express/middleware.ts";
export type { ExpressOptions, ExpressRequest } from "./express/options.ts";
