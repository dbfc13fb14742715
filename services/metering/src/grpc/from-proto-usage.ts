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
import { latencyBucket, ONE_CALL_IN } from "../domain/latency.ts";
import { type CallerName, UsageHeadings } from "../domain/usage-heading.ts";
import type { Hold, LatencyCount, ReportedItem, UsageBatch } from "../domain/usage-item.ts";

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
  const headings = new UsageHeadings();
  const items = [
    ...events.map((event, index) => fromProtoEvent(event, index, { headings, holds })),
    ...cells.map((cell, index) => fromProtoCell(cell, index, { headings, holds })),
  ];
  const samples = request.samples.map((event, index) => fromProtoSample(event, index, headings));
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

function namesHash({ heading }: ReportedItem): boolean {
  return heading.caller?.kind === "key-hash";
}

/** What the items of one batch share. */
interface Shared {
  readonly headings: UsageHeadings;
  readonly holds: readonly (Hold | "malformed")[];
}

// On the way of every call: one object with all its properties at once, which V8 makes fastest.
function fromProtoEvent(event: UsageEvent, index: number, shared: Shared): ReportedItem {
  const { endpoint, method, status, time, latencyUs } = event;
  const caller = fromProtoCaller(event.caller);
  const refused = event.refusal !== Refusal.UNSPECIFIED;
  const foreign = event.source !== "" || event.foreignId !== "";
  const item = {
    kind: "event" as const,
    index,
    eventId: foreign ? madeEventId(event) : event.eventId.toLowerCase(),
    foreign,
    hash: 0n,
    heading: shared.headings.of({ caller, endpoint, method, status, refused, time }),
    time,
    count: 1n,
    units: event.units ?? 1n,
    requestBytes: event.requestBytes,
    responseBytes: event.responseBytes,
    latency: latencyOf(latencyUs),
    properties: event.properties,
    hold: holdAt(shared.holds, event.hold),
    failedOpen: event.admission === Admission.FAILED_OPEN,
    corrects: fromProtoCorrectedEvent(event),
    ...{ latencyUs, refusal: event.refusal, admission: event.admission },
  };
  item.hash = itemHash(item);
  return item;
}

/** Its call is counted in a cell, which has told what it held. */
function fromProtoSample(event: UsageEvent, index: number, headings: UsageHeadings): ReportedItem {
  const shared = { headings, holds: [] };
  return { ...fromProtoEvent({ ...event, hold: 0 }, index, shared), corrects: undefined };
}

function fromProtoCell(cell: UsageCell, index: number, shared: Shared): ReportedItem {
  const { endpoint, method, status, minute: time } = cell;
  const caller = fromProtoCaller(cell.caller);
  const refused = cell.refusal !== Refusal.UNSPECIFIED;
  const item = {
    kind: "cell" as const,
    index,
    eventId: "",
    foreign: false,
    hash: 0n,
    heading: shared.headings.of({ caller, endpoint, method, status, refused, time }),
    time,
    count: cell.count,
    units: cell.units ?? cell.count,
    requestBytes: cell.requestBytes,
    responseBytes: cell.responseBytes,
    latency: fromProtoLatency(cell.latency?.counts ?? []),
    properties: NO_PROPERTIES,
    hold: holdAt(shared.holds, cell.hold),
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

/** Empty if the names make no sense, or are given beside an id. */
function madeEventId({ eventId, source, foreignId }: UsageEvent): string {
  return eventId === "" ? (foreignEventId(source, foreignId) ?? "") : "";
}

function latencyOf(latencyUs: number | undefined): readonly LatencyCount[] {
  if (latencyUs === undefined) return NO_LATENCY;
  return ONE_CALL_IN[latencyBucket(latencyUs)] ?? NO_LATENCY;
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
function holdAt(holds: Shared["holds"], place: number): Hold | "malformed" | undefined {
  return place === 0 ? undefined : (holds[place - 1] ?? "malformed");
}
