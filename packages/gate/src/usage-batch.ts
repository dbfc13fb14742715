import { newId } from "@tollbook/domain";
import type { Hold, UsageBatch, UsageCell, UsageEvent } from "./usage-protocol.ts";

/** Items of one batch, as RecordUsage takes them. */
export const BATCH_ITEMS_MAX = 10_000;
/** RecordUsage takes 1 MiB; the estimate below stays above the truth, this stays below. */
const BATCH_BYTES_MAX = 1_000_000;
/** Ids, times and figures of one item, its tags included. */
const EVENT_BYTES = 200;
const CELL_BYTES = 200;
/** An entry of a histogram: a count of up to 2^32. */
const BUCKET_BYTES = 5;
/** A gate id or a counter id with its units. */
const HELD_BYTES = 60;
/** A character may take three bytes. */
const CHARACTER_BYTES = 3;

/** An item that has no place in a batch yet, with what it holds. */
export interface Pending<Item> {
  /** Its `hold` is 0 until it gets its place. */
  readonly item: Item;
  readonly hold: Hold | undefined;
}

/** Usage on its way into a batch; what is put into one is taken out of here. */
export interface PendingUsage {
  events: Pending<UsageEvent>[];
  cells: Pending<UsageCell>[];
  samples: UsageEvent[];
}

/** Takes as much as one batch may carry and freezes it under a new id. Not to be called in vain. */
export function takeBatch(pending: PendingUsage, recorderId: string): UsageBatch {
  const room = { items: BATCH_ITEMS_MAX, bytes: BATCH_BYTES_MAX };
  const holds = new Holds(room);
  const cells = takeItems(pending.cells, room, cellBytes, holds);
  const events = takeItems(pending.events, room, eventBytes, holds);
  const samples: UsageEvent[] = [];
  for (const sample of pending.samples.splice(0)) {
    room.bytes -= eventBytes(sample); // a sample that finds no room is only missing in a log
    if (room.bytes >= 0) samples.push(sample);
  }
  const batch = { batchId: newId(), recorderId, events, cells, samples, holds: holds.list };
  for (const part of [events, cells, samples, holds.list]) Object.freeze(part);
  return Object.freeze(batch);
}

/** An item of a batch as it was before it got its place there. */
export function asPending<Item extends { readonly hold: number }>(
  item: Item,
  batch: UsageBatch,
): Pending<Item> {
  return { item, hold: batch.holds[item.hold - 1] };
}

interface Room {
  items: number;
  bytes: number;
}

/** The batch's holds; items that share one share its place. */
class Holds {
  readonly list: Hold[] = [];
  readonly #places = new Map<Hold, number>();
  readonly #room: Room;

  constructor(room: Room) {
    this.#room = room;
  }

  /** Counted from 1; 0 means none. */
  placeOf(hold: Hold | undefined): number {
    if (hold === undefined) return 0;
    const known = this.#places.get(hold);
    if (known !== undefined) return known;
    this.#room.bytes -= HELD_BYTES * (1 + hold.units.length);
    const place = this.list.push(hold);
    this.#places.set(hold, place);
    return place;
  }
}

function takeItems<Item extends { readonly hold: number }>(
  waiting: Pending<Item>[],
  room: Room,
  bytesOf: (item: Item) => number,
  holds: Holds,
): Item[] {
  const items: Item[] = [];
  for (const { item, hold } of waiting) {
    const bytes = bytesOf(item);
    // The first item always goes: one item cannot be too large for a batch.
    if (room.items <= 0 || (room.bytes < bytes && room.items < BATCH_ITEMS_MAX)) break;
    room.items -= 1;
    room.bytes -= bytes;
    items.push({ ...item, hold: holds.placeOf(hold) });
  }
  waiting.splice(0, items.length);
  return items;
}

function eventBytes({ endpoint, properties }: UsageEvent): number {
  let characters = endpoint.length;
  for (const name in properties) characters += name.length + (properties[name]?.length ?? 0) + 4;
  return EVENT_BYTES + characters * CHARACTER_BYTES;
}

function cellBytes({ endpoint, latency }: UsageCell): number {
  const buckets = latency?.length ?? 0;
  return CELL_BYTES + endpoint.length * CHARACTER_BYTES + buckets * BUCKET_BYTES;
}
