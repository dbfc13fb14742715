import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import {
  QueryUsageRequest,
  RecordUsageRequest,
  RecordUsageStreamRequest,
  type RecordUsageStreamResponse,
  UsageServiceClient,
  UsageServiceService,
} from "@tollbook/contracts/metering/v1";
import { newId } from "@tollbook/domain";
import { fromGrpcError } from "@tollbook/service/client";
import { eventually, needs } from "@tollbook/testing";
import { clientOf, rootKey, testPlatform } from "./test-platform.ts";
import { meteredKey, wireEvent } from "./wire-words.ts";

describe("a stream of usage", needs("postgres", "nats"), async () => {
  const platform = await testPlatform();
  const now = () => platform.clock.now();
  const opened = async (...scopes: string[]) => {
    const { accountId, keyId } = meteredKey(platform);
    const credential = rootKey(accountId, "usage:write", "usage:read", ...scopes);
    const usage = clientOf(UsageServiceClient, platform, credential);
    const stream = await usage.recordUsageStream();
    stream.on("error", () => {});
    const answers: RecordUsageStreamResponse[] = [];
    const read = async () => {
      for await (const answer of stream) answers.push(answer);
    };
    const batch = (calls = 1, batchId = newId()) =>
      RecordUsageRequest.fromPartial({
        batchId,
        events: Array.from({ length: calls }, () => wireEvent(keyId, now())),
      });
    const counted = async () => {
      const [startTime, endTime] = [-1, 1].map((days) => new Date(+now() + days * 86_400_000));
      const query = QueryUsageRequest.fromPartial({ startTime, endTime } as object);
      return (await usage.queryUsage(query)).total?.calls;
    };
    return { usage, stream, answers, read, batch, counted, keyId, credential };
  };
  const receipts = (answers: readonly RecordUsageStreamResponse[]) =>
    answers.flatMap(({ result }) => (result?.$case === "receipt" ? [result.value] : []));
  const failures = (answers: readonly RecordUsageStreamResponse[]) =>
    answers.flatMap(({ result }) => (result?.$case === "failure" ? [result.value] : []));

  it("answers each of 200 batches with its own receipt, once, and counts them all", async () => {
    const { stream, answers, read, batch, counted } = await opened();
    const batches = Array.from({ length: 200 }, () => batch(3));
    for (const one of batches) stream.write({ batch: one });
    stream.end();
    await read();
    const ids = receipts(answers).map(({ batchId }) => batchId);
    assert.deepEqual([...ids].sort(), batches.map(({ batchId }) => batchId).sort());
    assert.equal(await counted(), 600n);
  });

  it("answers a bad batch as a failure of its own and goes on", async () => {
    const { stream, answers, read, batch, counted } = await opened();
    const good = batch();
    const reused = { ...batch(), batchId: good.batchId };
    stream.write({ batch: good });
    const bad: RecordUsageStreamRequest[] = [
      { batch: RecordUsageRequest.fromPartial({ batchId: newId() }) },
      { batch: { ...batch(), batchId: "batch-1" } },
      {} as RecordUsageStreamRequest,
    ];
    for (const one of bad) stream.write(one);
    stream.write({ batch: batch(2) });
    const reading = read();
    await eventually(() => assert.equal(answers.length, 5));
    stream.write({ batch: reused });
    stream.end();
    await reading;
    const reasons = failures(answers).map(({ reason }) => reason);
    assert.deepEqual(reasons.sort(), [
      ...["BATCH_ID_REUSED", "EMPTY_BATCH", "EMPTY_BATCH", "ID_MALFORMED"],
    ]);
    assert.ok(failures(answers).every(({ code, retryAfterMs }) => code > 0 && retryAfterMs === 0));
    assert.equal(await counted(), 3n);
  });

  it("answers a key's hash without its scope as a failure, and bytes that are no batch", async () => {
    const { usage, stream, answers, read, batch, keyId, counted, credential } = await opened();
    const byHash = batch();
    byHash.events = [
      wireEvent(keyId, now(), { caller: { $case: "keySha256", value: Buffer.alloc(32) } }),
    ];
    stream.write({ batch: byHash });
    stream.write({ batch: batch() });
    stream.end();
    await read();
    assert.deepEqual(
      failures(answers).map(({ batchId, code, reason }) => [batchId, code, reason]),
      [[byHash.batchId, 7, "SCOPE_MISSING"]],
    );
    await assert.rejects(usage.recordUsage(byHash), { reason: "SCOPE_MISSING" });
    const raw = await clientOf(RawClient, platform, credential).recordUsageStream();
    raw.write(Buffer.from([0xff, 0xff, 0xff]));
    raw.write(Buffer.from(RecordUsageStreamRequest.encode({ batch: batch() }).finish()));
    raw.end();
    const told: RecordUsageStreamResponse[] = [];
    for await (const answer of raw) told.push(answer);
    assert.deepEqual(
      failures(told).map(({ batchId, code, reason }) => [batchId, code, reason]),
      [["", 3, "REQUEST_MALFORMED"]],
    );
    assert.equal(await counted(), 2n);
  });

  it("gives the same receipt to a batch that comes again on another stream", async () => {
    const first = await opened();
    const again = await first.usage.recordUsageStream();
    const batch = first.batch(2);
    first.stream.write({ batch });
    first.stream.end();
    await first.read();
    again.write({ batch });
    again.end();
    const answers: RecordUsageStreamResponse[] = [];
    for await (const answer of again) answers.push(answer);
    const [one, other] = [receipts(first.answers)[0], receipts(answers)[0]];
    assert.deepEqual([one?.repeatedBatch, other?.repeatedBatch], [false, true]);
    assert.deepEqual([other?.counted, other?.commitTime], [one?.counted, one?.commitTime]);
    assert.equal(await first.counted(), 2n);
  });

  it("is read no further while its answers are not read, and counts all once they are", async () => {
    const { stream, answers, read, batch, counted, keyId } = await opened();
    stream.once("data", () => stream.pause());
    // A receipt with 100 rejections has 10 kB: a few of them fill the connection.
    const bad = Array.from({ length: 100 }, () => wireEvent(keyId, now(), { method: "get" }));
    for (let sent = 0; sent < 200; sent += 1) {
      const one = batch();
      stream.write({ batch: { ...one, events: [...one.events, ...bad] } });
    }
    stream.end();
    let before = await counted();
    for (let still = 0; still < 3; ) {
      await delay(200);
      const after = await counted();
      still = after !== 0n && after === before ? still + 1 : 0;
      before = after;
    }
    assert.ok((before ?? 0n) < 150n, `${before} batches were counted for a silent reader`);
    await read();
    assert.equal(receipts(answers).length, 199, "all but the first, which was read before");
    assert.equal(await counted(), 200n);
  });

  it("is for who may record usage", async () => {
    const { accountId } = meteredKey(platform);
    const usage = clientOf(UsageServiceClient, platform, rootKey(accountId, "usage:read"));
    const stream = await usage.recordUsageStream();
    const ended = new Promise((resolve) => stream.once("error", resolve));
    stream.resume();
    assert.equal(((await ended.then(fromGrpcError)) as { reason: string }).reason, "SCOPE_MISSING");
  });
});

/** The stream with requests that are bytes already. */
const RawClient = {
  serviceName: "tollbook.metering.v1.UsageService",
  service: {
    recordUsageStream: {
      ...UsageServiceService.recordUsageStream,
      requestSerialize: (bytes: Buffer) => bytes,
    },
  },
};
