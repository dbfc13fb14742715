import {
  Admission,
  type Hold as ProtoHold,
  type RecordUsageRequest,
  Refusal,
  type UsageCell,
  type UsageEvent,
} from "@tollbook/contracts/metering/v1";
import { DomainError, isId } from "@tollbook/domain";
import type { Caller } from "@tollbook/service";
import { contentSha256 } from "../domain/content-hash.ts";
import type { Correction } from "../domain/correction.ts";
import { foreignEventId } from "../domain/foreign-event-id.ts";
import { itemHash } from "../domain/item-hash.ts";
import { latencyBucket } from "../domain/latency.ts";
import type {
  CallerName,
  Hold,
  LatencyCount,
  ReportedItem,
  UsageBatch,
} from "../domain/usage-item.ts";

/** Leases one call may hold: a bundle has no more limits. */
const HELD_MAX = 32;
/** Units one item may have held of a lease. */
const HELD_UNITS_MAX = 1_000_000_000_000_000n;
const NO_LATENCY: readonly LatencyCount[] = [];
const NO_PROPERTIES = {};
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * A batch in our words; nothing in it is judged yet but who may send it: naming keys by their hash
 * needs the scope gate:check, taking usage back usage:correct, else "permission-denied"
 * SCOPE_MISSING.
 */
export function fromProtoUsage(request: RecordUsageRequest, caller: Caller): UsageBatch {
  const { batchId, recorderId, events, cells } = request;
  const holds = request.holds.map(fromProtoHold);
  const items = [
    ...events.map((event, index) => fromProtoEvent(event, index, holds)),
    ...cells.map((cell, index) => fromProtoCell(cell, index, holds)),
  ];
  const samples = request.samples.map(fromProtoSample);
  const namesHashes = items.some(namesHash) || samples.some(namesHash);
  if (namesHashes) requireScope(caller, "gate:check", "naming keys by hash");
  const corrects = items.some((item) => item.corrects !== undefined);
  if (corrects) requireScope(caller, "usage:correct", "taking usage back");
  const recorder = UUID.test(recorderId) ? recorderId : undefined;
  const content = contentSha256({ recorderId, holds, items });
  return { batchId, recorderId: recorder, contentSha256: content, items, samples };
}

function requireScope(caller: Caller, scope: string, what: string): void {
  if (caller.kind !== "root-key" || caller.scopes.includes(scope)) return;
  const sentence = `This root key lacks the scope ${scope}, which ${what} asks for.`;
  throw new DomainError("permission-denied", "SCOPE_MISSING", sentence, { scope });
}

function namesHash({ caller }: ReportedItem): boolean {
  return caller?.kind === "key-hash";
}

type Holds = readonly (Hold | "malformed")[];

// On the way of every call: one object with all its properties at once, which V8 makes fastest.
function fromProtoEvent(event: UsageEvent, index: number, holds: Holds): ReportedItem {
  const { latencyUs } = event;
  const id = fromProtoEventId(event);
  const item = {
    kind: "event" as const,
    index,
    eventId: id.eventId,
    foreign: id.foreign,
    hash: 0n,
    caller: fromProtoCaller(event.caller),
    endpoint: event.endpoint,
    method: event.method,
    status: event.status,
    time: event.time,
    count: 1n,
    units: event.units ?? 1n,
    requestBytes: event.requestBytes,
    responseBytes: event.responseBytes,
    latency: latencyUs === undefined ? NO_LATENCY : [[latencyBucket(latencyUs), 1] as const],
    properties: event.properties,
    refused: event.refusal !== Refusal.UNSPECIFIED,
    hold: holdAt(holds, event.hold),
    failedOpen: event.admission === Admission.FAILED_OPEN,
    corrects: fromProtoCorrectedEvent(event),
    ...{ latencyUs, refusal: event.refusal, admission: event.admission },
  };
  item.hash = itemHash(item);
  return item;
}

/** Its call is counted in a cell, which has told what it held. */
function fromProtoSample(event: UsageEvent, index: number): ReportedItem {
  return { ...fromProtoEvent({ ...event, hold: 0 }, index, []), corrects: undefined };
}

function fromProtoCell(cell: UsageCell, index: number, holds: Holds): ReportedItem {
  const item = {
    kind: "cell" as const,
    index,
    eventId: "",
    foreign: false,
    hash: 0n,
    caller: fromProtoCaller(cell.caller),
    endpoint: cell.endpoint,
    method: cell.method,
    status: cell.status,
    time: cell.minute,
    count: cell.count,
    units: cell.units ?? cell.count,
    requestBytes: cell.requestBytes,
    responseBytes: cell.responseBytes,
    latency: fromProtoLatency(cell.latency?.counts ?? []),
    properties: NO_PROPERTIES,
    refused: cell.refusal !== Refusal.UNSPECIFIED,
    hold: holdAt(holds, cell.hold),
    failedOpen: cell.admission === Admission.FAILED_OPEN,
    corrects: fromProtoCorrectedCell(cell),
  };
  item.hash = itemHash(item);
  return item;
}

function fromProtoLatency(counts: readonly number[]): LatencyCount[] {
  const latency: LatencyCount[] = [];
  for (let bucket = 0; bucket < counts.length; bucket += 1) {
    const calls = counts[bucket] ?? 0;
    if (calls > 0) latency.push([bucket, calls]);
  }
  return latency;
}

function fromProtoEventId({ eventId, source, foreignId }: UsageEvent) {
  if (source === "" && foreignId === "") return { eventId: eventId.toLowerCase(), foreign: false };
  const made = eventId === "" ? foreignEventId(source, foreignId) : undefined;
  return { eventId: made ?? "", foreign: true };
}

function fromProtoCorrectedEvent({ correctsEventId }: UsageEvent): Correction | undefined {
  if (correctsEventId === "") return undefined;
  const eventId = correctsEventId.toLowerCase();
  return UUID.test(eventId) ? { kind: "event", eventId } : "malformed";
}

function fromProtoCorrectedCell({ corrects }: UsageCell): Correction | undefined {
  if (corrects === undefined) return undefined;
  const batchId = corrects.batchId.toLowerCase();
  return isId(batchId) ? { kind: "cell", batchId, index: corrects.index } : "malformed";
}

function fromProtoCaller(caller: UsageEvent["caller"]): CallerName | undefined {
  switch (caller?.$case) {
    case "keyId":
      return { kind: "key", keyId: caller.value.toLowerCase() };
    case "keySha256":
      return { kind: "key-hash", keySha256: caller.value.toString("hex") };
    case "customerId":
      return { kind: "customer", customerId: caller.value.toLowerCase() };
    case "customerExternalId":
      return { kind: "external-customer", externalId: caller.value };
    case undefined:
      return undefined;
  }
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
