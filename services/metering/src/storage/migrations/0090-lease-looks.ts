import { sqlMigration } from "@tollbook/service/storage";

/**
 * When each lease is to be looked at for units to strand, so that the sweep reads those leases and
 * no others. It is no later than the lease's end, but a gate that asks again only moves the end: if
 * the indexed column changed each time, grants could no longer be updates in place. The sweep moves
 * it, once in a lifetime; null: nothing can be stranded there. What exists is looked at once.
 */
export const leaseLooks = sqlMigration("0090-lease-looks", [
  "alter table lease add column look_time timestamptz default '-infinity'",
  "alter table lease alter column look_time drop default",
  "create index lease_look_time on lease (look_time) where look_time is not null",
  `create policy worker_update on lease for update to metering_worker
    using (true) with check (true)`,
  "grant update (look_time) on lease to metering_worker",
]);
