import { sqlMigration, tableSecurity, workerPolicy } from "@tollbook/service/storage";

/**
 * Counters, the leases gates hold of them, and which percentages were told. A lease's units that
 * are out = granted − returned − released − reclaimed; they are the counter's `leased`, or its
 * `stranded` once the lease has a `stranded_time`. Whoever changes a lease holds its counter's
 * row. Fill factors leave room for updates in place.
 */
export const quotas = sqlMigration("0003-quotas", [
  `create table counter (
    account_id uuid not null,
    counter_id uuid not null,
    customer_id uuid not null,
    subject_id uuid not null,
    meter_id uuid not null,
    window_name text not null,
    window_start timestamptz not null,
    window_end timestamptz not null,
    test boolean not null,
    consumed bigint not null default 0 check (consumed >= 0),
    leased bigint not null default 0 check (leased >= 0),
    stranded bigint not null default 0 check (stranded >= 0),
    primary key (account_id, counter_id)
  ) with (fillfactor = 50)`,
  "create index counter_window_end on counter (window_end)",
  ...tableSecurity("metering", "counter"),
  ...workerPolicy("metering", "counter", ["select", "delete"]),
  `create table lease (
    account_id uuid not null,
    counter_id uuid not null,
    gate_id uuid not null,
    granted_total bigint not null default 0,
    returned_total bigint not null default 0,
    released_total bigint not null default 0,
    reclaimed_total bigint not null default 0,
    expire_time timestamptz not null,
    stranded_time timestamptz,
    final boolean not null default false,
    primary key (account_id, counter_id, gate_id),
    check (returned_total + released_total + reclaimed_total <= granted_total)
  ) with (fillfactor = 50)`,
  ...tableSecurity("metering", "lease"),
  ...workerPolicy("metering", "lease", ["select", "delete"]),
  `create table threshold_crossed (
    account_id uuid not null,
    counter_id uuid not null,
    limit_id uuid not null,
    limit_version bigint not null,
    percent integer not null,
    crossed_time timestamptz not null,
    told boolean not null,
    primary key (account_id, counter_id, limit_id, limit_version, percent)
  )`,
  ...tableSecurity("metering", "threshold_crossed"),
  ...workerPolicy("metering", "threshold_crossed", ["select", "delete"]),
]);
