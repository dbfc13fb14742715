import type { Tx } from "@tollbook/service";
import { codeOf, prepared } from "@tollbook/service/storage";
import type { EventHold, SeenBefore } from "../app/usage-store.ts";
import type { UsageItem } from "../domain/usage-item.ts";
import { bigintArray, uuidArray } from "./array-bytes.ts";
import { arrayOf } from "./array-literal.ts";
import { addForeign } from "./foreign-events.ts";

const NOTHING: SeenBefore = { complete: true, eventIds: new Set(), released: [] };

interface SeenRow {
  complete: boolean;
  before: string[] | null;
  released_events: string[] | null;
  released_gates: string[] | null;
}

/** See UsageStore.addSeen. */
export async function addAllSeen(tx: Tx, events: readonly UsageItem[]): Promise<SeenBefore> {
  if (events.every(({ foreign }) => !foreign)) return addSeen(tx, events);
  const foreign = events.filter((event) => event.foreign);
  const own = events.filter((event) => !event.foreign);
  const seen = await addSeen(tx, own);
  const before = await addForeign(tx, foreign);
  const isWhole = before.size === 0 && new Set(foreign.map(idOf)).size === foreign.length;
  const eventIds = new Set([...seen.eventIds, ...before]);
  return { complete: seen.complete && isWhole, eventIds, released: seen.released };
}

function idOf({ eventId }: UsageItem): string {
  return eventId;
}

/** See UsageStore.addNew. */
export async function addNewEvents(tx: Tx, events: readonly UsageItem[]): Promise<boolean> {
  if (events.length === 0) return true;
  const sorted = inLockOrder(events);
  const gateId = sorted[0]?.hold?.gateId;
  const isOfOneGate = sorted.every(({ hold }) => hold?.gateId === gateId);
  const params = [
    tx.accountId,
    uuidArray(sorted, idOf),
    bigintArray(sorted, ({ hash }) => hash),
    isOfOneGate ? (gateId ?? null) : null,
    isOfOneGate ? null : uuidArray(sorted, ({ hold }) => hold?.gateId),
  ];
  const text = prepared("select add_new_events($1, $2, $3, $4, $5) as released");
  try {
    const [row] = await tx.sql<{ released: boolean }>(text, params);
    return row?.released === false;
  } catch (error) {
    if (codeOf(error) === "23505") return false;
    throw error;
  }
}

/** Ids go in sorted, so that two batches never wait for each other. */
function inLockOrder(events: readonly UsageItem[]): UsageItem[] {
  return [...events].sort((one, other) => (one.eventId < other.eventId ? -1 : 1));
}

async function addSeen(tx: Tx, events: readonly UsageItem[]): Promise<SeenBefore> {
  if (events.length === 0) return NOTHING;
  const sorted = inLockOrder(events);
  const [row] = await tx.sql<SeenRow>(prepared("select * from add_seen($1, $2, $3, $4, $5)"), [
    tx.accountId,
    arrayOf(sorted, ({ eventId }) => eventId),
    arrayOf(sorted, ({ hold }) => hold?.gateId),
    arrayOf(sorted, ({ hash }) => hash),
    sorted.some(({ hold }) => hold !== undefined),
  ]);
  const { complete = true, before, released_events, released_gates } = row ?? {};
  const released = (released_events ?? []).map((eventId, at) => {
    return { eventId, gateId: released_gates?.[at] ?? "" };
  });
  return { complete, eventIds: new Set(before), released };
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
  const ids = arrayOf(holds, ({ eventId }) => eventId);
  const gates = arrayOf(holds, ({ gateId }) => gateId);
  const rows = await tx.sql<HoldRow>(text, [tx.accountId, ids, gates]);
  return rows.map(({ event_id, gate_id }) => ({ eventId: event_id, gateId: gate_id }));
}
