import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DomainError, newId } from "@tollbook/domain";
import { reconcile } from "./reconcile.ts";
import { batchOf, TestAccount } from "./test-account.ts";
import { testMetering } from "./test-metering.ts";

const metering = await testMetering();
const calls = async ({ accountId }: TestAccount) => {
  const text = "select coalesce(sum(calls), 0)::int as calls from rollup where account_id = $1";
  return (await metering.look<{ calls: number }>(text, [accountId]))[0]?.calls;
};

describe("a batch of usage", () => {
  it("is counted, events and cells together", async () => {
    const account = new TestAccount(metering);
    const customer = account.customer();
    const receipt = await account.record([
      account.event(customer),
      account.event(customer, { status: 404 }),
      account.cell(customer, 500n),
      account.event(customer, { refused: true, status: 0 }),
    ]);
    assert.equal(receipt.counted, 503n);
    assert.equal(receipt.rejected, 0);
    assert.equal(await calls(account), 502);
    await reconcile(account);
  });

  it("sent 100 times at once counts once, and all get the same receipt", async () => {
    const account = new TestAccount(metering);
    const customer = account.customer();
    const events = Array.from({ length: 20 }, () => account.event(customer));
    const batch = batchOf([...events, account.cell(customer, 80n)]);
    const send = () => metering.app.recordUsage(account.accountId, batch);
    const receipts = await Promise.all(Array.from({ length: 100 }, send));
    const told = new Set(receipts.map(({ counted, commitTime }) => `${counted} ${+commitTime}`));
    assert.deepEqual([...told], [`100 ${+(receipts[0]?.commitTime ?? 0)}`]);
    assert.equal(receipts.filter(({ repeated }) => !repeated).length, 1);
    assert.equal(await calls(account), 100);
    await reconcile(account);
  });

  it("under an id used before for other content is a conflict that tells when and what", async () => {
    const account = new TestAccount(metering);
    const customer = account.customer();
    const first = batchOf([account.event(customer)]);
    await metering.app.recordUsage(account.accountId, first);
    const other = batchOf([account.event(customer)], { batchId: first.batchId });
    await assert.rejects(metering.app.recordUsage(account.accountId, other), (error) => {
      assert.ok(error instanceof DomainError);
      assert.deepEqual([error.kind, error.reason], ["conflict", "BATCH_ID_REUSED"]);
      assert.equal(error.metadata.firstSha256, first.contentSha256.toString("hex"));
      assert.equal(error.metadata.thisSha256, other.contentSha256.toString("hex"));
      assert.ok(Math.abs(Date.now() - Date.parse(error.metadata.firstTime ?? "")) < 60_000);
      return true;
    });
    assert.equal(await calls(account), 1);
  });

  it("of another account may bear the same id", async () => {
    const [one, other] = [new TestAccount(metering), new TestAccount(metering)];
    const batchId = newId();
    await one.record([one.event(one.customer())], { batchId });
    const receipt = await other.record([other.event(other.customer())], { batchId });
    assert.deepEqual([receipt.counted, receipt.repeated], [1n, false]);
  });
});

describe("an event", () => {
  it("is counted once, in however many batches and places it comes", async () => {
    const account = new TestAccount(metering);
    const customer = account.customer();
    const event = account.event(customer);
    const first = await account.record([event, event, account.event(customer)]);
    assert.deepEqual([first.counted, first.duplicates], [2n, 1]);
    const again = await account.record([event, account.event(customer)]);
    assert.deepEqual([again.counted, again.duplicates], [1n, 1]);
    assert.equal(await calls(account), 3);
    await reconcile(account);
  });

  it("is counted once when many different batches bring it at once", async () => {
    const account = new TestAccount(metering);
    const customer = account.customer();
    const events = Array.from({ length: 50 }, () => account.event(customer));
    const send = (_: unknown, at: number) => account.record([...events.slice(at), ...events]);
    const receipts = await Promise.all(Array.from({ length: 20 }, send));
    assert.equal(
      receipts.reduce((sum, { counted }) => sum + counted, 0n),
      50n,
    );
    assert.equal(await calls(account), 50);
    await reconcile(account);
  });

  it("by the hash of its key is counted for the key", async () => {
    const account = new TestAccount(metering);
    const { keySha256 } = account.customer();
    const caller = { kind: "key-hash", keySha256 } as const;
    const receipt = await account.record([account.event({ keyId: "" }, { caller })]);
    assert.equal(receipt.counted, 1n);
    await reconcile(account);
  });
});
