import { sqlMigration, tableSecurity } from "@tollbook/service/storage";

/** Buckets of LatencyHistogram; a bucket nobody fell into is null and takes no room. */
const latencyColumns = Array.from({ length: 38 }, (_, bucket) => `latency_${bucket} bigint`);

/**
 * Usage itself. Batches and seen ids are partitioned by week on the id (wall clock), rollups by
 * month on the bucket (business time); `keep_partitions` makes and drops them.
 */
export const usage = sqlMigration("0002-usage", [
  `create table usage_batch (
    account_id uuid not null,
    batch_id uuid not null,
    recorder_id uuid,
    content_sha256 bytea not null,
    items integer not null,
    counted_items integer not null,
    counted bigint not null,
    duplicates integer not null,
    rejected integer not null,
    told jsonb,
    commit_time timestamptz not null default clock_timestamp(),
    primary key (account_id, batch_id)
  ) partition by range (batch_id)`,
  ...tableSecurity("metering", "usage_batch", ["select", "insert", "update"]),
  `create table seen_event (
    account_id uuid not null,
    event_id uuid not null,
    gate_id uuid,
    item_hash bigint not null,
    primary key (account_id, event_id)
  ) partition by range (event_id)`,
  ...tableSecurity("metering", "seen_event", ["select", "insert"]),
  `create table seen_hold (
    account_id uuid not null,
    event_id uuid not null,
    gate_id uuid not null,
    primary key (account_id, event_id, gate_id)
  ) partition by range (event_id)`,
  ...tableSecurity("metering", "seen_hold", ["select", "insert"]),
  `create table usage_cell (
    account_id uuid not null,
    cell_id integer not null generated always as identity,
    dimensions_hash uuid not null,
    customer_id uuid not null,
    key_id uuid,
    subscription_id uuid,
    endpoint text not null,
    method text not null,
    status_class smallint not null,
    test boolean not null,
    primary key (account_id, cell_id)
  )`,
  `create unique index usage_cell_dimensions on usage_cell (account_id, dimensions_hash)`,
  "create index usage_cell_customer on usage_cell (account_id, customer_id, subscription_id)",
  ...tableSecurity("metering", "usage_cell", ["select", "insert"]),
  `create table rollup (
    account_id uuid not null,
    bucket_start timestamptz not null,
    cell_id integer not null,
    seal_number integer not null,
    calls bigint not null,
    refused bigint not null,
    errors bigint not null,
    units bigint not null,
    bytes bigint not null,
    ${latencyColumns.join(", ")},
    primary key (account_id, bucket_start, cell_id, seal_number)
  ) partition by range (bucket_start)`,
  "create index rollup_cell on rollup (account_id, cell_id, bucket_start)",
  ...tableSecurity("metering", "rollup"),
]);
