import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { newId } from "@tollbook/domain";
import type { UsageBatch } from "@tollbook/gate";
import { openSpool } from "./spool.ts";

let folder: string;
const told: string[] = [];
const tell = (_kind: string, message: string) => void told.push(message);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tollbook-spool-"));
  told.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true }));

function batch(): UsageBatch {
  const [batchId, recorderId] = [newId(), newId()];
  const cell = { caller: { keyId: newId() }, endpoint: "/v1/{city}", method: "GET", status: 200 };
  const sums = { minuteMs: 60_000, count: 3, units: 3, requestBytes: 0, responseBytes: 9, hold: 1 };
  const holds = [{ gateId: newId(), units: [{ counterId: newId(), units: 3 }] }];
  return { batchId, recorderId, events: [], cells: [{ ...cell, ...sums }], samples: [], holds };
}

describe("openSpool", () => {
  it("gives back after a crash what was kept and not forgotten, unchanged", async () => {
    const [lost, counted, alsoLost] = [batch(), batch(), batch()];
    const before = openSpool(join(folder, "new"), tell);
    await before.takeUp();
    for (const each of [lost, counted, alsoLost]) await before.keep(each);
    await before.forget(counted);
    const after = await openSpool(join(folder, "new"), tell).takeUp();
    assert.deepEqual(after, [lost, alsoLost]);
    assert.deepEqual(told, []);
  });

  it("says when all that is settled is gone, for a host that ends right after", async () => {
    const spool = openSpool(folder, tell);
    const batches = Array.from({ length: 20 }, batch);
    for (const each of batches) await spool.keep(each);
    for (const each of batches) void spool.forget(each);
    await spool.forgotten();
    assert.deepEqual(readdirSync(folder), []);
  });

  it("takes up no file that was not written whole", async () => {
    writeFileSync(join(folder, `${newId()}.usage.json.new`), "{");
    assert.deepEqual(await openSpool(folder, tell).takeUp(), []);
  });

  it("writes a batch once, however often it is sent", async () => {
    const spool = openSpool(folder, tell);
    const each = batch();
    await Promise.all([spool.keep(each), spool.keep(each), spool.keep(each)]);
    assert.deepEqual(readdirSync(folder), [`${each.batchId}.usage.json`]);
  });

  it("tells when the folder cannot be used, and goes on", async () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    const spool = openSpool(file, tell);
    assert.deepEqual(await spool.takeUp(), []);
    await spool.keep(batch());
    assert.equal(told.length, 2);
    assert.match(told[0] ?? "", /cannot be kept in TOLLBOOK_SPOOL \(.*\/file\): /);
  });
});
