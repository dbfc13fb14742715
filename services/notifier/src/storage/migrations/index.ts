import type { SqlMigration } from "@tollbook/service/storage";
import { deliveries } from "./0001-deliveries.ts";

/** The history of the notifier's database, in order. */
export const migrations: readonly SqlMigration[] = [deliveries];
