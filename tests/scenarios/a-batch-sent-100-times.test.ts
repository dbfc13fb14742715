import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { newId } from "@tollbook/domain";
import { needs } from "@tollbook/testing";
import { type Account, addCustomer, type Customer, signUp } from "./world/account.ts";
import { type Platform, startPlatform } from "./world/platform.ts";
import { cellOf, eventOf, usageOf } from "./world/usage.ts";

const today = { startTime: "2027-01-09T18:30:00Z", endTime: "2027-01-10T18:30:00Z" };
const minute = "2027-01-10T06:00:00Z";

describe("a usage batch that is sent again", needs("postgres", "nats"), () => {
  let platform: Platform;
  let account: Account;
  before(async () => {
    platform = await startPlatform({ startTime: minute });
    account = await signUp(platform.http);
  });
  after(() => platform.stop());

  const newCustomer = () => addCustomer(account, `Customer ${newId()}`);
  const batchOf = (customer: Customer) => ({
    batchId: newId(),
    recorderId: newId(),
    events: [eventOf(customer, minute), eventOf(customer, minute, { status: 404 })],
    cells: [cellOf(customer, minute, 40)],
  });

  it("counts once when it is sent 100 times at once, and each sender gets the same receipt", async () => {
    const customer = await newCustomer();
    const batch = batchOf(customer);
    const send = () => account.program.post("/v1/usage:record", batch);
    const receipts = await Promise.all(Array.from({ length: 100 }, send));
    const promises = receipts.map(({ counted, commitTime }) => `${counted} at ${commitTime}`);
    assert.equal(new Set(promises).size, 1, promises.join("\n"));
    assert.equal(receipts.filter(({ repeatedBatch }) => !repeatedBatch).length, 1);
    assert.deepEqual(await usageOf(account, customer, today), { calls: 42, refused: 0 });
  });

  it("counts its events once when they come in another batch, too", async () => {
    const customer = await newCustomer();
    const { events } = batchOf(customer);
    const send = () =>
      account.program.post("/v1/usage:record", { batchId: newId(), recorderId: newId(), events });
    const receipts = await Promise.all(Array.from({ length: 20 }, send));
    const counted = receipts.reduce((sum, receipt) => sum + Number(receipt.counted), 0);
    const duplicates = receipts.reduce((sum, receipt) => sum + Number(receipt.duplicates), 0);
    assert.deepEqual([counted, duplicates], [2, 38]);
    assert.deepEqual(await usageOf(account, customer, today), { calls: 2, refused: 0 });
  });

  it("is refused under the same id with other content, and nothing of it counts", async () => {
    const customer = await newCustomer();
    const batch = batchOf(customer);
    await account.program.post("/v1/usage:record", batch);
    const other = { ...batch, cells: [cellOf(customer, minute, 41)] };
    await assert.rejects(account.program.post("/v1/usage:record", other), {
      status: 409,
      reason: "BATCH_ID_REUSED",
    });
    assert.deepEqual(await usageOf(account, customer, today), { calls: 42, refused: 0 });
  });
});
