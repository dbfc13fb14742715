import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { KeyRecord, KeyState } from "@tollbook/contracts/auth/v1";
import type { File } from "@tollbook/contracts/file/v1";
import {
  Admission,
  ExportFormat,
  ExportUsageRequest,
  ListUsageEventsRequest,
  RecordUsageRequest,
  UsageDimension,
  UsageServiceClient,
} from "@tollbook/contracts/metering/v1";
import { newId } from "@tollbook/domain";
import { fromGrpcError } from "@tollbook/service/client";
import { needs } from "@tollbook/testing";
import { tableFromIPC } from "apache-arrow";
import { readParquet } from "parquet-wasm/node";
import { clientOf, rootKey, testPlatform } from "./test-platform.ts";

describe("reading usage on the wire", needs("postgres", "nats"), async () => {
  const platform = await testPlatform();
  const { clock } = platform;
  const known = () => {
    const [accountId, keyId, customerId] = [newId(), newId(), newId()];
    const record = { keyId, customerId, state: KeyState.ACTIVE, version: 1n };
    platform.keys.push(KeyRecord.fromPartial(record));
    return { accountId, keyId, customerId };
  };
  const callOf = (keyId: string, endpoint = "/v1/now") => ({
    ...{ eventId: newId(), caller: { $case: "keyId", value: keyId } as const, endpoint },
    ...{ method: "GET", status: 200, time: clock.now(), latencyUs: 900, responseBytes: 10n },
    admission: Admission.HELD,
  });

  it("lists single calls, and samples, to who may read", async () => {
    const { accountId, keyId } = known();
    const [event, sample] = [callOf(keyId), { ...callOf(keyId), hold: 1 }];
    const minute = new Date(Math.floor(clock.now().getTime() / 60_000) * 60_000);
    const { caller: who, endpoint, method, status } = callOf(keyId);
    const cell = { caller: who, endpoint, method, status, minute, count: 3n };
    const usage = clientOf(
      UsageServiceClient,
      platform,
      rootKey(accountId, "usage:write", "usage:read"),
    );
    const batch = { batchId: newId(), events: [event], cells: [cell], samples: [sample] };
    const { counted } = await usage.recordUsage(RecordUsageRequest.fromPartial(batch));
    assert.equal(counted, 4n);
    const { events } = await usage.listUsageEvents(ListUsageEventsRequest.fromPartial({}));
    const ids = events.map(({ eventId }) => eventId);
    assert.deepEqual(ids, [event.eventId, sample.eventId].sort().reverse());
    const [first] = events.filter(({ eventId }) => eventId === event.eventId);
    const { caller, latencyUs, admission, responseBytes } = first ?? {};
    assert.deepEqual(caller, { $case: "keyId", value: keyId });
    assert.deepEqual([latencyUs, admission, responseBytes], [900, Admission.HELD, 10n]);
    const writer = clientOf(UsageServiceClient, platform, rootKey(accountId, "usage:write"));
    const denied = writer.listUsageEvents(ListUsageEventsRequest.fromPartial({}));
    await assert.rejects(denied, { kind: "permission-denied", reason: "SCOPE_MISSING" });
  });

  const used = async () => {
    const { accountId, keyId, customerId } = known();
    const credential = rootKey(accountId, "usage:write", "usage:read");
    const usage = clientOf(UsageServiceClient, platform, credential);
    const events = [
      callOf(keyId),
      callOf(keyId, "=cmd|' /C calc'!A0"),
      callOf(keyId, "/v1/überall"),
    ];
    const batch = RecordUsageRequest.fromPartial({ batchId: newId(), events });
    assert.equal((await usage.recordUsage(batch)).counted, 3n);
    const query = {
      ...{ startTime: new Date("2026-11-01T00:00:00Z"), endTime: new Date("2026-12-01T00:00:00Z") },
      groupBy: [UsageDimension.CUSTOMER, UsageDimension.ENDPOINT, UsageDimension.STATUS_CLASS],
      latency: true,
    };
    const download = async (format: ExportFormat, words = {}) => {
      const request = ExportUsageRequest.fromPartial({ query: { ...query, ...words }, format });
      const chunks: File[] = [];
      const stream = await usage.exportUsage(request);
      for await (const { file } of stream) if (file !== undefined) chunks.push(file);
      const whole = Buffer.concat(chunks.map(({ data }) => data));
      return { first: chunks[0], whole };
    };
    return { customerId, usage, download };
  };

  it("exports CSV that a spreadsheet may open", async () => {
    const { customerId, download } = await used();
    const { first, whole } = await download(ExportFormat.CSV);
    assert.equal(first?.contentType, "text/csv; charset=utf-8");
    assert.equal(first?.fileName, "usage-2026-11-01-to-2026-12-01.csv");
    const line = (endpoint: string) => {
      const times = "2026-11-01T00:00:00.000Z,2026-12-01T00:00:00.000Z";
      return `${times},${customerId},${endpoint},2,1,0,0,1,10,1,1,1`;
    };
    const sums = "calls,refused,errors,units,bytes,p50_ms,p95_ms,p99_ms";
    assert.deepEqual(whole.toString().trimEnd().split("\r\n"), [
      `start_time,end_time,customer_id,endpoint,status_class,${sums}`,
      ...[line("/v1/now"), line("/v1/überall"), line(`"'=cmd|' /C calc'!A0"`)],
    ]);
  });

  it("exports Parquet that another program reads", async () => {
    const { customerId, download } = await used();
    const { first, whole } = await download(ExportFormat.PARQUET);
    assert.equal(first?.contentType, "application/vnd.apache.parquet");
    assert.equal(first?.fileName, "usage-2026-11-01-to-2026-12-01.parquet");
    const rows = rowsOf(whole);
    assert.deepEqual(
      rows.map(({ endpoint }) => endpoint),
      ["/v1/now", "/v1/überall", "=cmd|' /C calc'!A0"],
    );
    assert.deepEqual(rows[0], {
      ...{ start_time: Date.UTC(2026, 10, 1), end_time: Date.UTC(2026, 11, 1) },
      ...{ customer_id: customerId, endpoint: "/v1/now", status_class: 2 },
      ...{ calls: 1n, refused: 0n, errors: 0n, units: 1n, bytes: 10n },
      ...{ p50_ms: 1, p95_ms: 1, p99_ms: 1 },
    });
  });

  it("refuses an export of nothing, of an unknown kind and of a wrong question", async () => {
    const { usage, download } = await used();
    const nothing = async () => {
      for await (const _ of await usage.exportUsage(ExportUsageRequest.fromPartial({}))) break;
    };
    const asDomain = (work: Promise<unknown>) => {
      return work.catch((error: unknown) => {
        throw fromGrpcError(error);
      });
    };
    await assert.rejects(asDomain(nothing()), { kind: "invalid", reason: "REQUIRED" });
    await assert.rejects(asDomain(download(9 as ExportFormat)), { reason: "OUT_OF_RANGE" });
    const backwards = { endTime: new Date("2026-10-01T00:00:00Z") };
    const wrong = download(ExportFormat.CSV, backwards);
    await assert.rejects(asDomain(wrong), { reason: "INVALID_REQUEST" });
  });
});

/** As the Rust implementation of Parquet reads it, and Arrow shows it. */
function rowsOf(file: Buffer) {
  const table = tableFromIPC(readParquet(file).intoIPCStream());
  return table.toArray().map((row) => row.toJSON() as Record<string, unknown>);
}
