import { sqlMigration, tableSecurity, workerPolicy } from "@tollbook/service/storage";

/**
 * The last proof of each account. What retention drops is summed before (`dropped_sum`, by week
 * of batches and month of rollups), so that batches and rollups still agree when one of them is
 * kept longer than the other.
 */
export const reconciliation = sqlMigration("0008-reconciliation", [
  `create table reconciliation (
    account_id uuid not null primary key,
    proved_time timestamptz not null,
    agrees boolean not null,
    sums jsonb not null
  )`,
  ...tableSecurity("metering", "reconciliation"),
  ...workerPolicy("metering", "reconciliation", ["select"]),
  "create index reconciliation_proved on reconciliation (proved_time)",
  `create table dropped_sum (
    account_id uuid not null,
    source text not null check (source in ('usage_batch', 'rollup')),
    until timestamptz not null,
    calls bigint not null,
    primary key (account_id, source, until)
  )`,
  ...tableSecurity("metering", "dropped_sum", ["select"]),
  ...workerPolicy("metering", "dropped_sum", ["select", "insert"]),
  ...workerPolicy("metering", "usage_batch", ["select"]),
  ...workerPolicy("metering", "rollup", ["select"]),
  "create function id_time(id uuid) returns timestamptz language sql immutable as $$ select to_timestamp(('x' || substr(replace(id::text, '-', ''), 1, 12))::bit(48)::bigint / 1000.0) $$",
]);
