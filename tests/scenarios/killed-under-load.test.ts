import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { newId } from "@tollbook/domain";
import { eventually, needs } from "@tollbook/testing";
import { type Account, addCustomer, type Customer, signUp } from "./world/account.ts";
import { apiOf, type Json } from "./world/api.ts";
import { type Platform, startPlatform } from "./world/platform.ts";
import { cellOf, eventOf, usageOf } from "./world/usage.ts";

const today = { startTime: "2027-01-09T18:30:00Z", endTime: "2027-01-10T18:30:00Z" };
const minute = "2027-01-10T06:00:00Z";
const senders = 4;
/** Batches acknowledged before the kill. */
const batchesMin = 20;

/** What a client knows: which batches it sent, and which were acknowledged. */
interface Ledger {
  batches: Map<string, Json>;
  acknowledged: Set<string>;
}

describe("the whole platform killed (-9) under load", needs("postgres", "nats"), () => {
  it("has counted everything acknowledged once, and the rest when it is sent again", async () => {
    const first = await startPlatform({ startTime: minute });
    const account = await signUp(first.http);
    const customer = await addCustomer(account, "ABC Pvt Ltd");
    const ledger: Ledger = { batches: new Map(), acknowledged: new Set() };
    const loads = Array.from({ length: senders }, () => load(account, customer, ledger));
    const isLoaded = () => assert.ok(ledger.acknowledged.size >= batchesMin, "too little load");
    await eventually(isLoaded, { withinMs: 60_000 });
    // Its PostgreSQL and NATS are left in the air: the next start finds and stops them.
    await first.kill();
    await Promise.all(loads);

    const second = await startPlatform({ folder: first.folder });
    const again = await moved(account, first, second);
    const calls = callsIn(ledger.acknowledged);
    const { calls: counted } = await usageOf(again, customer, today);
    const inDoubt = callsIn(ledger.batches.keys()) - calls;
    // A batch that was committed while its reply was lost is counted, and was not acknowledged.
    assert.ok(counted >= calls, `${calls} acknowledged, ${counted} counted`);
    assert.ok(counted <= calls + inDoubt, `${calls} + ${inDoubt} sent, ${counted} counted`);

    for (const batch of ledger.batches.values())
      await again.program.post("/v1/usage:record", batch);
    const { calls: final } = await usageOf(again, customer, today);
    assert.equal(final, callsIn(ledger.batches.keys()));
    await second.stop();
  });

  it("still has yesterday's account, key and usage after an orderly stop", async () => {
    const first = await startPlatform({ startTime: minute });
    const account = await signUp(first.http);
    const customer = await addCustomer(account, "ABC Pvt Ltd");
    const batch = { batchId: newId(), recorderId: newId(), cells: [cellOf(customer, minute, 7)] };
    await account.program.post("/v1/usage:record", batch);
    await first.stop();
    const second = await startPlatform({ folder: first.folder });
    const again = await moved(account, first, second);
    assert.deepEqual(await usageOf(again, customer, today), { calls: 7, refused: 0 });
    const check = { key: customer.key, endpoint: "/v1/hello", method: "GET" };
    await eventually(async () => {
      const { verdict } = await again.program.post("/v1/check", check);
      assert.equal(verdict, "VERDICT_ALLOWED");
    });
    await second.stop();
  });
});

/** Sends batches one after the other until the platform no longer answers. */
async function load(account: Account, customer: Customer, ledger: Ledger): Promise<void> {
  for (;;) {
    const events = Array.from({ length: eventsPerBatch }, () => eventOf(customer, minute));
    const cells = [cellOf(customer, minute, callsPerCell)];
    const batch = { batchId: newId(), recorderId: newId(), events, cells };
    ledger.batches.set(batch.batchId, batch);
    try {
      await account.program.post("/v1/usage:record", batch);
      ledger.acknowledged.add(batch.batchId);
    } catch {
      return;
    }
  }
}

const eventsPerBatch = 5;
const callsPerCell = 20;

function callsIn(ids: Iterable<string>): number {
  return [...ids].length * (eventsPerBatch + callsPerCell);
}

/** The same account at the address of the platform that was started again. */
async function moved(account: Account, from: Platform, to: Platform): Promise<Account> {
  assert.notEqual(from.process.pid, to.process.pid);
  const words = { email: account.email, password: account.password };
  const { session } = await apiOf(to.http).post("/v1/sessions", words);
  return {
    ...account,
    owner: apiOf(to.http, session.accessToken),
    program: apiOf(to.http, account.rootKey),
  };
}
