export * from "./answered-request.ts";
export * from "./bootstrap.ts";
export * from "./database.ts";
export * from "./lookup-function.ts";
export * from "./migrate.ts";
export * from "./roles.ts";
export { codeOf } from "./storage-error.ts";
export * from "./table-security.ts";
export * from "./tx.ts";
