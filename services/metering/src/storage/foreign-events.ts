import type { Tx } from "@tollbook/service";
import type { UsageItem } from "../domain/usage-item.ts";
import { arrayOf } from "./array-literal.ts";

/**
 * Remembers ids that other systems made; gives those that were there before, in any week. Each
 * week has a unique index of its own, so at the turn of a week two transactions might add the same
 * id to two of them. Therefore an id is added to the week of now and to that of five minutes ago:
 * while these are two, who comes meets who began before the turn. No transaction lasts longer
 * (each of its few statements ends after 10 s).
 */
export async function addForeign(
  tx: Tx,
  events: readonly UsageItem[],
): Promise<ReadonlySet<string>> {
  if (events.length === 0) return new Set();
  const sorted = [...events].sort((one, other) => (one.eventId < other.eventId ? -1 : 1));
  const text = `with sent as materialized (
      select * from unnest($2::uuid[], $3::bigint[]) as t (event_id, item_hash)
    ), weeks as (
      select distinct floor(extract(epoch from at) / 604800)::integer as week
      from unnest(array[now(), now() - interval '5 minutes']) as at
    ), known as materialized (
      select event_id from foreign_event where account_id = $1 and event_id = any($2::uuid[])
    ), added as (
      insert into foreign_event (account_id, event_id, week, item_hash)
      select $1::uuid, event_id, week, item_hash from sent cross join weeks
      where event_id not in (select event_id from known)
      order by event_id, week
      on conflict do nothing returning event_id
    ), whole as (
      select event_id from added group by event_id having count(*) = (select count(*) from weeks)
    )
    select event_id from sent where event_id not in (select event_id from whole)`;
  const ids = arrayOf(sorted, ({ eventId }) => eventId);
  const hashes = arrayOf(sorted, ({ hash }) => hash);
  const rows = await tx.sql<{ event_id: string }>(text, [tx.accountId, ids, hashes]);
  return new Set(rows.map((row) => row.event_id));
}
