import { type Correction, cellFault, plus } from "../domain/correction.ts";
import type { RejectionReason } from "../domain/rejection.ts";
import type { UsageItem } from "../domain/usage-item.ts";
import type { CellPlace, TakenCell } from "./correction-store.ts";
import type { Store } from "./needs.ts";

/** What becomes of items that take usage back. */
export interface CorrectionVerdicts {
  readonly rejected: Map<UsageItem, RejectionReason>;
  /** Reversing events that took their event back before. */
  readonly repeated: Set<UsageItem>;
}

/** Judges corrections by what was counted and what was taken back, and marks it as taken. */
export async function judgeCorrections(
  store: Store,
  items: readonly UsageItem[],
): Promise<CorrectionVerdicts> {
  const verdicts: CorrectionVerdicts = { rejected: new Map(), repeated: new Set() };
  await judgeEvents(store, items.flatMap(eventOf), verdicts);
  await judgeCells(store, items.flatMap(cellOf), verdicts);
  return verdicts;
}

interface EventBack {
  readonly item: UsageItem;
  readonly eventId: string;
}

async function judgeEvents(
  { corrections }: Store,
  events: readonly EventBack[],
  { rejected, repeated }: CorrectionVerdicts,
): Promise<void> {
  if (events.length === 0) return;
  const hashes = await corrections.eventHashes(events.map(({ eventId }) => eventId));
  const first = new Map<string, UsageItem>();
  for (const { item, eventId } of events) {
    const hash = hashes.get(eventId);
    if (hash === undefined) rejected.set(item, "CORRECTION_UNKNOWN");
    else if (hash !== item.hash) rejected.set(item, "CORRECTION_DIFFERS");
    else if (!first.has(eventId)) first.set(eventId, item);
    else if (first.get(eventId)?.eventId === item.eventId) repeated.add(item);
    else rejected.set(item, "CORRECTION_REPEATED");
  }
  const claims = [...first].map(([eventId, item]) => ({ eventId, by: item.eventId }));
  const before = await corrections.claimEvents(claims);
  for (const [eventId, item] of first) {
    const by = before.get(eventId);
    if (by === item.eventId) repeated.add(item);
    else if (by !== undefined) rejected.set(item, "CORRECTION_REPEATED");
  }
}

interface CellBack extends CellPlace {
  readonly item: UsageItem;
}

async function judgeCells(
  { corrections }: Store,
  cells: readonly CellBack[],
  { rejected }: CorrectionVerdicts,
): Promise<void> {
  if (cells.length === 0) return;
  const counted = await corrections.cellsOf([...new Set(cells.map(({ batchId }) => batchId))]);
  const known = cells.flatMap((cell) => {
    const record = counted.get(cell.batchId)?.find(({ index }) => index === cell.index);
    if (record === undefined) rejected.set(cell.item, "CORRECTION_UNKNOWN");
    return record === undefined ? [] : [{ ...cell, record }];
  });
  const places = new Map(known.map((cell) => [placeName(cell), cell]));
  const sorted = [...places].sort(([one], [other]) => (one < other ? -1 : 1));
  const locked = await corrections.lockCells(sorted.map(([, cell]) => cell));
  const taken = new Map<string, TakenCell>(locked.map((cell) => [placeName(cell), cell]));
  for (const { item, batchId, index, record } of known) {
    const name = placeName({ batchId, index });
    const before = taken.get(name)?.taken ?? NOTHING;
    const fault = cellFault(item, record, before);
    if (fault !== undefined) rejected.set(item, fault);
    else taken.set(name, { batchId, index, taken: plus(before, item) });
  }
  await corrections.saveCells([...taken.values()]);
}

const NOTHING = { count: 0n, units: 0n, requestBytes: 0n, responseBytes: 0n, latency: [] };

/** Indexes are written with ten digits, so that names sort as places do. */
function placeName({ batchId, index }: CellPlace): string {
  return `${batchId} ${String(index).padStart(10, "0")}`;
}

function eventOf(item: UsageItem): EventBack[] {
  const { corrects } = item as { corrects: Correction };
  if (corrects === "malformed" || corrects.kind !== "event") return [];
  return [{ item, eventId: corrects.eventId }];
}

function cellOf(item: UsageItem): CellBack[] {
  const { corrects } = item as { corrects: Correction };
  if (corrects === "malformed" || corrects.kind !== "cell") return [];
  return [{ item, batchId: corrects.batchId, index: corrects.index }];
}
