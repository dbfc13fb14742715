import { sqlMigration } from "@tollbook/service/storage";

/** Limits of single keys: a few for each, read with the key and never by themselves. */
export const keyLimits = sqlMigration("0040-key-limits", [
  "alter table customer_key add column limits jsonb not null default '[]'",
]);
