import { Admission, Hold as ProtoHold } from "@tollbook/contracts/metering/v1";
import { isId } from "@tollbook/domain";
import { contentSha256 } from "../domain/content-hash.ts";
import type { Correction } from "../domain/correction.ts";
import { foreignEventId } from "../domain/foreign-event-id.ts";
import { itemHash } from "../domain/item-hash.ts";
import { latencyBucket, ONE_CALL_IN } from "../domain/latency.ts";
import { UsageHeadings } from "../domain/usage-heading.ts";
import type { Hold, LatencyCount, ReportedItem, UsageBatch } from "../domain/usage-item.ts";
import { CELL_FIELDS, EVENT_FIELDS, SaidItem } from "./said-item.ts";
import { fieldsOf, lengthy, WireReader } from "./wire-reader.ts";

/** Leases one call may hold: a bundle has no more limits. */
const HELD_MAX = 32;
/** Units one item may have held of a lease. */
const HELD_UNITS_MAX = 1_000_000_000_000_000n;
const NO_LATENCY: readonly LatencyCount[] = [];
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A request in parts; its items are read once it is known what they held. */
interface Parts {
  batchId: string;
  recorderId: string;
  /** Where each begins, with its length. */
  readonly events: number[];
  readonly cells: number[];
  readonly samples: number[];
  readonly holds: (Hold | "malformed")[];
}

/** RecordUsageRequest's. */
export const REQUEST_FIELDS = fieldsOf<Parts>([
  [
    lengthy(1),
    (parts, wire) => {
      parts.batchId = wire.text();
    },
  ],
  [
    lengthy(2),
    (parts, wire) => {
      parts.recorderId = wire.text();
    },
  ],
  [lengthy(3), ({ events }, wire) => notePlace(events, wire)],
  [lengthy(4), ({ cells }, wire) => notePlace(cells, wire)],
  [lengthy(5), ({ samples }, wire) => notePlace(samples, wire)],
  [
    lengthy(6),
    ({ holds }, wire) => {
      holds.push(fromProtoHold(ProtoHold.decode(wire, wire.uint32())));
    },
  ],
]);

function notePlace(places: number[], wire: WireReader): void {
  places.push(wire.pos);
  const length = wire.uint32();
  wire.pos += length;
}

/**
 * A RecordUsageRequest in our words; nothing in it is judged yet. Throws an Error if the bytes are
 * no such message.
 */
export function readUsage(bytes: Buffer): UsageBatch {
  const wire = new WireReader(bytes);
  return readBatch(wire, bytes.length);
}

const STREAM_FIELDS = fieldsOf<{ batch: UsageBatch | undefined }>([
  [
    lengthy(1),
    (request, wire) => {
      const length = wire.uint32();
      request.batch = readBatch(wire, wire.pos + length);
    },
  ],
]);

/** The batch of a RecordUsageStreamRequest, if it has one; see `readUsage`. */
export function readStreamedUsage(bytes: Buffer): UsageBatch | undefined {
  const request: { batch: UsageBatch | undefined } = { batch: undefined };
  new WireReader(bytes).fields(STREAM_FIELDS, request, bytes.length);
  return request.batch;
}

function readBatch(wire: WireReader, end: number): UsageBatch {
  const parts: Parts = {
    ...{ batchId: "", recorderId: "" },
    ...{ events: [], cells: [], samples: [], holds: [] },
  };
  wire.fields(REQUEST_FIELDS, parts, end);
  const { batchId, recorderId, holds } = parts;
  const reading = { wire, said: new SaidItem(), headings: new UsageHeadings() };
  const items: ReportedItem[] = [];
  for (const at of parts.events) items.push(readEvent(reading, at, items.length, holds));
  parts.cells.forEach((at, index) => {
    items.push(readCell(reading, at, index, holds));
  });
  const samples = parts.samples.map((at, index) => readSample(reading, at, index));
  wire.pos = end;
  const recorder = UUID.test(recorderId) ? recorderId : undefined;
  const content = contentSha256({ recorderId, holds, items });
  return { batchId, recorderId: recorder, contentSha256: content, items, samples };
}

/** What reading all items of a batch takes. */
interface Reading {
  readonly wire: WireReader;
  readonly said: SaidItem;
  readonly headings: UsageHeadings;
}

type Holds = Parts["holds"];

// On the way of every call: one object with all its properties at once, which V8 makes fastest.
function readEvent(reading: Reading, at: number, index: number, holds: Holds): ReportedItem {
  const { wire, said, headings } = reading;
  said.clear();
  wire.pos = at;
  wire.message(EVENT_FIELDS, said);
  const foreign = said.source !== "" || said.foreignId !== "";
  const item = {
    kind: "event" as const,
    index,
    eventId: foreign ? madeEventId(said) : said.eventId.toLowerCase(),
    foreign,
    hash: 0n,
    heading: headings.of(said),
    timeMs: said.timeMs,
    count: 1n,
    units: said.units ?? 1n,
    requestBytes: said.requestBytes,
    responseBytes: said.responseBytes,
    latency: latencyOf(said.latencyUs),
    properties: said.properties,
    hold: holdAt(holds, said.hold),
    failedOpen: said.admission === Admission.FAILED_OPEN,
    corrects: correctedEvent(said),
    latencyUs: said.latencyUs,
    refusal: said.refusal,
    admission: said.admission,
  };
  item.hash = itemHash(item);
  return item;
}

/** Its call is counted in a cell, which has told what it held. */
function readSample(reading: Reading, at: number, index: number): ReportedItem {
  return { ...readEvent(reading, at, index, []), hold: undefined, corrects: undefined };
}

function readCell(reading: Reading, at: number, index: number, holds: Holds): ReportedItem {
  const { wire, said, headings } = reading;
  said.clear();
  wire.pos = at;
  wire.message(CELL_FIELDS, said);
  const item = {
    kind: "cell" as const,
    index,
    eventId: "",
    foreign: false,
    hash: 0n,
    heading: headings.of(said),
    timeMs: said.timeMs,
    count: said.count,
    units: said.units ?? said.count,
    requestBytes: said.requestBytes,
    responseBytes: said.responseBytes,
    latency: said.latency,
    properties: said.properties,
    hold: holdAt(holds, said.hold),
    failedOpen: said.admission === Admission.FAILED_OPEN,
    corrects: correctedCell(said),
  };
  item.hash = itemHash(item);
  return item;
}

/** Empty if the names make no sense, or are given beside an id. */
function madeEventId({ eventId, source, foreignId }: SaidItem): string {
  return eventId === "" ? (foreignEventId(source, foreignId) ?? "") : "";
}

function latencyOf(latencyUs: number | undefined): readonly LatencyCount[] {
  if (latencyUs === undefined) return NO_LATENCY;
  return ONE_CALL_IN[latencyBucket(latencyUs)] ?? NO_LATENCY;
}

function correctedEvent({ correctsEventId }: SaidItem): Correction | undefined {
  if (correctsEventId === "") return undefined;
  const eventId = correctsEventId.toLowerCase();
  return UUID.test(eventId) ? { kind: "event", eventId } : "malformed";
}

function correctedCell({ correctsCell }: SaidItem): Correction | undefined {
  if (correctsCell === undefined) return undefined;
  const batchId = correctsCell.batchId.toLowerCase();
  return isId(batchId) ? { kind: "cell", batchId, index: correctsCell.index } : "malformed";
}

function fromProtoHold({ gateId, units }: ProtoHold): Hold | "malformed" {
  const isWell =
    UUID.test(gateId) &&
    units.length > 0 &&
    units.length <= HELD_MAX &&
    units.every((held) => UUID.test(held.counterId) && held.units <= HELD_UNITS_MAX);
  return isWell ? { gateId, units } : "malformed";
}

/** Counted from 1; 0 means none. */
function holdAt(holds: Holds, place: number): Hold | "malformed" | undefined {
  return place === 0 ? undefined : (holds[place - 1] ?? "malformed");
}
