import {
  AcquireLeasesRequest,
  CreateMeterRequest,
  ExportUsageRequest,
  GetQuotaRequest,
  ListUsageEventsRequest,
  QueryUsageRequest,
  RecordUsageRequest,
  RecordUsageStreamRequest,
  ReleaseLeasesRequest,
} from "@tollbook/contracts/metering/v1";
import { newId } from "@tollbook/domain";

/** A message as its RPC takes it, before anybody bends it. */
export interface BaseFrame {
  /** `/tollbook.metering.v1.UsageService/RecordUsage`. */
  readonly path: string;
  readonly message: Buffer;
}

interface Codec {
  fromPartial(message: never): unknown;
  encode(message: never): { finish(): Uint8Array };
}

/** Well-formed messages of metering's RPCs, most of them usage: what an attacker would begin with. */
export function baseFrames(keyId: string): BaseFrame[] {
  const usage = "/tollbook.metering.v1.UsageService";
  const quota = "/tollbook.metering.v1.QuotaService";
  const batch = batchOf(keyId);
  const range = { startTime: new Date(Date.now() - 86_400_000), endTime: new Date() };
  const ask = { keyId, endpoint: "/v1/now", method: "GET", wantedCalls: 5 };
  const meter = { name: "history", endpointPatterns: ["/v1/*"], properties: { tier: "gold" } };
  const known = [{ counterId: newId(), grantedTotal: 5n, returnedTotal: 1n, unspent: 2n }];
  return [
    frame(`${usage}/RecordUsage`, RecordUsageRequest, batch),
    frame(`${usage}/RecordUsage`, RecordUsageRequest, { ...batch, events: [] }),
    frame(`${usage}/RecordUsageStream`, RecordUsageStreamRequest, { batch }),
    frame(`${usage}/QueryUsage`, QueryUsageRequest, { ...range, groupBy: [1, 3], top: 5 }),
    frame(`${usage}/ListUsageEvents`, ListUsageEventsRequest, { ...range, pageSize: 5 }),
    frame(`${usage}/ExportUsage`, ExportUsageRequest, { query: range, format: 1 }),
    frame(`${quota}/AcquireLeases`, AcquireLeasesRequest, { gateId: newId(), asks: [ask], known }),
    frame(`${quota}/ReleaseLeases`, ReleaseLeasesRequest, { gateId: newId(), returns: known }),
    frame(`${quota}/GetQuota`, GetQuotaRequest, { limitId: newId(), customerId: newId() }),
    frame("/tollbook.metering.v1.MeterService/CreateMeter", CreateMeterRequest, { meter }),
  ];
}

function batchOf(keyId: string) {
  const caller = { $case: "keyId", value: keyId };
  const call = { caller, endpoint: "/v1/forecast/{city}", method: "GET", status: 200 };
  const minute = new Date(Math.floor(Date.now() / 60_000) * 60_000);
  const event = { eventId: newId(), ...call, time: new Date(), latencyUs: 12_000, units: 3n };
  const foreign = { ...event, eventId: "", source: "shop", foreignId: newId() };
  const cell = { ...call, minute, count: 40n, latency: { counts: [1, 2, 3] } };
  const held = { counterId: newId(), units: 2n };
  return {
    ...{ batchId: newId(), recorderId: newId(), cells: [cell, { ...cell, hold: 1 }] },
    events: [{ ...event, hold: 1, properties: { tier: "gold", city: "Pune" } }, foreign],
    samples: [event],
    holds: [{ gateId: newId(), units: [held] }],
  };
}

function frame(path: string, codec: Codec, words: object): BaseFrame {
  const message = codec.fromPartial(words as never);
  return { path, message: Buffer.from(codec.encode(message as never).finish()) };
}
