import { newId } from "@tollbook/domain";
import type { Hold, UsageBatch, UsageCell, UsageEvent } from "./usage-protocol.ts";

/** Items of one batch, as RecordUsage takes them. */
export const BATCH_ITEMS_MAX = 10_000;
/** RecordUsage takes 1 MiB; the estimate below stays above the truth, this stays below. */
const BATCH_BYTES_MAX = 1_000_000;
/** Ids, times and figures of one item, its tags included. */
const EVENT_BYTES = 200;
/** The same for a cell, with 38 counts of up to five bytes. */
const CELL_BYTES = 400;
/** A gate id or a counter id with its units. */
const HELD_BYTES = 60;
/** A character may take three bytes. */
const CHARACTER_BYTES = 3;

/** An item that has no place in a batch yet. */
export interface PendingItem<Item> {
  /** About as many bytes as it takes on the wire, rather more. */
  readonly bytes: number;
  readonly hold: Hold | undefined;
  /** The item as it is sent; `hold` is its hold's place in the batch. */
  toItem(hold: number): Item;
}

/** Usage on its way into a batch; what is put into one is taken out of here. */
export interface PendingUsage {
  events: PendingItem<UsageEvent>[];
  cells: PendingItem<UsageCell>[];
  samples: UsageEvent[];
}

/** Takes as much as one batch may carry and freezes it under a new id. Not to be called in vain. */
export function takeBatch(pending: PendingUsage, recorderId: string): UsageBatch {
  const room = { items: BATCH_ITEMS_MAX, bytes: BATCH_BYTES_MAX };
  const holds = new Holds(room);
  const cells = takeItems(pending.cells, room, holds);
  const events = takeItems(pending.events, room, holds);
  const samples: UsageEvent[] = [];
  for (const sample of pending.samples.splice(0)) {
    room.bytes -= eventBytes(sample); // a sample that finds no room is only missing in a log
    if (room.bytes >= 0) samples.push(sample);
  }
  const batch = { batchId: newId(), recorderId, events, cells, samples, holds: holds.list };
  for (const part of [events, cells, samples, holds.list]) Object.freeze(part);
  return Object.freeze(batch);
}

/** An item of a batch that has to go into another one. */
export function pendingAgain<Item extends UsageEvent | UsageCell>(
  item: Item,
  batch: UsageBatch,
): PendingItem<Item> {
  const bytes = "eventId" in item ? eventBytes(item) : cellBytes(item.endpoint);
  return { bytes, hold: batch.holds[item.hold - 1], toItem: (hold) => ({ ...item, hold }) };
}

/** A new event, which has no place yet. */
export function pendingEvent(event: UsageEvent, hold: Hold | undefined): PendingItem<UsageEvent> {
  return { bytes: eventBytes(event), hold, toItem: (place) => ({ ...event, hold: place }) };
}

/** The size of a cell with a full histogram. */
export function cellBytes(endpoint: string): number {
  return CELL_BYTES + endpoint.length * CHARACTER_BYTES;
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

function takeItems<Item>(waiting: PendingItem<Item>[], room: Room, holds: Holds): Item[] {
  const items: Item[] = [];
  for (const pending of waiting) {
    const { bytes } = pending;
    // The first item always goes: one item cannot be too large for a batch.
    if (room.items <= 0 || (room.bytes < bytes && room.items < BATCH_ITEMS_MAX)) break;
    room.items -= 1;
    room.bytes -= bytes;
    items.push(pending.toItem(holds.placeOf(pending.hold)));
  }
  waiting.splice(0, items.length);
  return items;
}

function eventBytes({ endpoint, properties }: UsageEvent): number {
  let characters = endpoint.length;
  for (const name in properties) characters += name.length + (properties[name]?.length ?? 0) + 4;
  return EVENT_BYTES + characters * CHARACTER_BYTES;
}
