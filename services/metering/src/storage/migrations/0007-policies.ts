import { renewedPolicy, sqlMigration } from "@tollbook/service/storage";

/** Tables that are written for each call, made before the account was asked for once a statement. */
const TABLES = ["usage_batch", "seen_event", "seen_hold", "rollup", "counter", "lease"] as const;

/** The same rows for the same account; only the asking is cheaper. */
export const policies = sqlMigration("0007-policies", TABLES.map(renewedPolicy));
