export { assembleBilling } from "./assemble.ts";
export { type BillingConfig, billingSettings } from "./config.ts";
export { migrations } from "./storage/migrations/index.ts";
