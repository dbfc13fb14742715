import type { Tx } from "@tollbook/service";
import type { EventHold, SeenEvent } from "../app/usage-store.ts";
import { arrayOf } from "./array-literal.ts";

/** See UsageStore.addSeen. Ids go in sorted, so that two batches never wait for each other. */
export async function addSeen(tx: Tx, events: readonly SeenEvent[]): Promise<ReadonlySet<string>> {
  if (events.length === 0) return new Set();
  const sorted = [...events].sort((one, other) => (one.eventId < other.eventId ? -1 : 1));
  const text = `with sent as materialized (
      select * from unnest($2::uuid[], $3::uuid[], $4::bigint[]) as t (event_id, gate_id, item_hash)
    ), added as (
      insert into seen_event (account_id, event_id, gate_id, item_hash)
      select $1::uuid, event_id, gate_id, item_hash from sent
      on conflict do nothing returning event_id
    )
    select event_id from sent where event_id not in (select event_id from added)`;
  const ids = arrayOf(sorted, ({ eventId }) => eventId);
  const gates = arrayOf(sorted, ({ gateId }) => gateId);
  const hashes = arrayOf(sorted, (event) => event.itemHash);
  const rows = await tx.sql<{ event_id: string }>(text, [tx.accountId, ids, gates, hashes]);
  return new Set(rows.map((row) => row.event_id));
}

interface HoldRow {
  event_id: string;
  gate_id: string;
}

/** See UsageStore.claimHolds. */
export async function claimHolds(tx: Tx, holds: readonly EventHold[]): Promise<EventHold[]> {
  if (holds.length === 0) return [];
  const text = `insert into seen_hold (account_id, event_id, gate_id)
    select $1::uuid, t.event_id, t.gate_id from unnest($2::uuid[], $3::uuid[]) as t (event_id, gate_id)
    where not exists (select from seen_event s
      where s.account_id = $1 and s.event_id = t.event_id and s.gate_id = t.gate_id)
    order by t.event_id, t.gate_id
    on conflict do nothing returning event_id, gate_id`;
  return found(await tx.sql<HoldRow>(text, [tx.accountId, ...arraysOf(holds)]));
}

/** See UsageStore.releasedHolds. */
export async function releasedHolds(tx: Tx, holds: readonly EventHold[]): Promise<EventHold[]> {
  if (holds.length === 0) return [];
  const text = `select h.event_id, h.gate_id
    from unnest($2::uuid[], $3::uuid[]) as t (event_id, gate_id)
    join seen_hold h on h.account_id = $1 and h.event_id = t.event_id and h.gate_id = t.gate_id`;
  return found(await tx.sql<HoldRow>(text, [tx.accountId, ...arraysOf(holds)]));
}

function arraysOf(holds: readonly EventHold[]): string[] {
  return [arrayOf(holds, ({ eventId }) => eventId), arrayOf(holds, ({ gateId }) => gateId)];
}

function found(rows: readonly HoldRow[]): EventHold[] {
  return rows.map(({ event_id, gate_id }) => ({ eventId: event_id, gateId: gate_id }));
}
