import { sqlMigration, tableSecurity, workerPolicy } from "@tollbook/service/storage";

/**
 * Taking usage back: a batch keeps its counted cells as bytes (see encodeCells), and what was taken
 * back stands in two small tables, kept as long as usage can be taken back.
 */
export const corrections = sqlMigration("0021-corrections", [
  "alter table usage_batch add column cells bytea",
  `create table corrected_event (
    account_id uuid not null,
    event_id uuid not null,
    corrected_by uuid not null,
    corrected_time timestamptz not null default now(),
    primary key (account_id, event_id)
  )`,
  ...tableSecurity("metering", "corrected_event", ["select", "insert"]),
  ...workerPolicy("metering", "corrected_event", ["select", "delete"]),
  `create table corrected_cell (
    account_id uuid not null,
    batch_id uuid not null,
    cell_index bigint not null,
    count bigint not null default 0,
    units bigint not null default 0,
    request_bytes bigint not null default 0,
    response_bytes bigint not null default 0,
    latency bigint[] not null default '{}',
    corrected_time timestamptz not null default now(),
    primary key (account_id, batch_id, cell_index)
  )`,
  ...tableSecurity("metering", "corrected_cell", ["select", "insert", "update"]),
  ...workerPolicy("metering", "corrected_cell", ["select", "delete"]),
]);
