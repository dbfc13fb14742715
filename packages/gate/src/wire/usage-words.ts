import {
  Admission,
  type ItemRejection as ProtoItemRejection,
  type UsageCell as ProtoUsageCell,
  type UsageEvent as ProtoUsageEvent,
  type RecordUsageRequest,
  type RecordUsageResponse,
  Refusal,
} from "@tollbook/contracts/metering/v1";
import type {
  ItemRejection,
  UsageAdmission,
  UsageBatch,
  UsageCell,
  UsageEvent,
  UsageReceipt,
  UsageRefusal,
} from "../usage-protocol.ts";

const admissions: Readonly<Record<UsageAdmission, Admission>> = {
  held: Admission.HELD,
  "failed-open": Admission.FAILED_OPEN,
  shadow: Admission.SHADOW,
};

/** Frozen batches are sent again unchanged, so they are converted once. */
const converted = new WeakMap<UsageBatch, RecordUsageRequest>();

/** A frozen batch as it travels; the same message for the same batch. */
export function toProtoUsageBatch(batch: UsageBatch): RecordUsageRequest {
  const known = converted.get(batch);
  if (known) return known;
  const request: RecordUsageRequest = {
    batchId: batch.batchId,
    recorderId: batch.recorderId,
    events: batch.events.map(toProtoEvent),
    cells: batch.cells.map(toProtoCell),
    samples: batch.samples.map(toProtoEvent),
    holds: batch.holds.map(({ gateId, units }) => ({
      gateId,
      units: units.map((held) => ({ counterId: held.counterId, units: BigInt(held.units) })),
    })),
  };
  converted.set(batch, request);
  return request;
}

/** Metering's receipt as a recorder reads it. */
export function fromProtoReceipt(receipt: RecordUsageResponse): UsageReceipt {
  return {
    counted: Number(receipt.counted),
    duplicates: Number(receipt.duplicates),
    rejected: Number(receipt.rejected),
    rejections: receipt.rejections.flatMap(fromProtoRejection),
    rejectedByReason: receipt.rejectedByReason,
    retryEvents: receipt.retryEvents,
    retryCells: receipt.retryCells,
    businessMs: (receipt.serverTime ?? new Date()).getTime(),
    eventMeterIds: receipt.eventMeterIds,
  };
}

function toProtoEvent(event: UsageEvent): ProtoUsageEvent {
  return {
    eventId: event.eventId,
    caller: toProtoCaller(event.caller),
    endpoint: event.endpoint,
    method: event.method,
    status: event.status,
    time: new Date(event.timeMs),
    latencyUs: event.latencyUs,
    requestBytes: BigInt(event.requestBytes),
    responseBytes: BigInt(event.responseBytes),
    units: BigInt(event.units),
    properties: event.properties ?? {},
    refusal: toProtoRefusal(event.refusal),
    admission: toProtoAdmission(event.admission),
    hold: event.hold,
    ...{ correctsEventId: "", source: "", foreignId: "" },
  };
}

function toProtoCell(cell: UsageCell): ProtoUsageCell {
  return {
    caller: toProtoCaller(cell.caller),
    endpoint: cell.endpoint,
    method: cell.method,
    status: cell.status,
    minute: new Date(cell.minuteMs),
    count: BigInt(cell.count),
    units: BigInt(cell.units),
    requestBytes: BigInt(cell.requestBytes),
    responseBytes: BigInt(cell.responseBytes),
    latency: cell.latency && { counts: [...cell.latency] },
    refusal: toProtoRefusal(cell.refusal),
    admission: toProtoAdmission(cell.admission),
    hold: cell.hold,
    corrects: undefined,
  };
}

type Caller = UsageEvent["caller"];
type ProtoCaller =
  | { $case: "keyId"; value: string }
  | { $case: "keySha256"; value: Buffer<ArrayBuffer> };

function toProtoCaller(caller: Caller): ProtoCaller {
  if ("keyId" in caller) return { $case: "keyId", value: caller.keyId };
  return { $case: "keySha256", value: Buffer.from(caller.keySha256, "hex") };
}

function toProtoRefusal(refusal: UsageRefusal | undefined): Refusal {
  return refusal === undefined ? Refusal.UNSPECIFIED : Refusal[refusal];
}

function toProtoAdmission(admission: UsageAdmission | undefined): Admission {
  return admission === undefined ? Admission.UNSPECIFIED : admissions[admission];
}

function fromProtoRejection(rejection: ProtoItemRejection): ItemRejection[] {
  const { position, reason, message } = rejection;
  if (!position) return [];
  return [{ kind: position.$case, index: position.value, reason, message }];
}
