import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { newId } from "@tollbook/domain";
import { strandExpiredLeases } from "../src/app/strand-expired-leases.ts";
import { reconcile } from "./reconcile.ts";
import { askOf, TestAccount, type TestCustomer } from "./test-account.ts";
import { expireLeases, TestGate } from "./test-gate.ts";
import type { TestItem } from "./test-item.ts";
import { testMetering } from "./test-metering.ts";

const metering = await testMetering();

/** An account with one customer under one hard monthly limit. */
function limited(quota: bigint, terms = {}) {
  const account = new TestAccount(metering);
  const customer = account.customer();
  const limit = account.limit(customer, quota, terms);
  account.entitle(customer, { limits: [limit] });
  return { account, customer, limit };
}

/** Asks for so many calls at a time and admits them, until refused. */
async function spendUntilRefused(gate: TestGate, customer: TestCustomer, size: number) {
  let calls = 0;
  for (;;) {
    const grant = await gate.ask(customer, size);
    while (gate.admit(customer)) calls += 1;
    assert.ok(calls <= 10_000, "calls are granted without end");
    if (grant.grantedCalls === 0) return calls;
    if (calls % 3 === 0) await gate.record();
  }
}

describe("a hard limit", () => {
  it("is granted to the unit, and then refused", async () => {
    const { account, customer, limit } = limited(25n);
    const gate = new TestGate(account);
    assert.equal(await spendUntilRefused(gate, customer, 10), 25);
    await gate.record();
    const { grantedCalls, limits, askAgainAfterMs, validForMs } = await gate.ask(customer, 10);
    assert.deepEqual([grantedCalls, askAgainAfterMs, validForMs], [0, 2_000, 2_000]);
    const [applied] = limits;
    assert.deepEqual([applied?.exhausted, applied?.remaining, applied?.consumed], [true, 0n, 25n]);
    const { consumed, leased, stranded, remaining } = await account.quota(customer, limit);
    assert.deepEqual([consumed, leased, stranded, remaining], [25n, 0n, 0n, 0n]);
    await reconcile(account);
  });

  it("is kept to the unit by eight gates that join, spend and leave at once", async () => {
    const { account, customer, limit } = limited(1_000n);
    const work = async (size: number) => {
      const gate = new TestGate(account);
      const calls = await spendUntilRefused(gate, customer, size);
      await gate.record();
      await gate.stop();
      return calls;
    };
    const sizes = [1, 3, 7, 10, 20, 50, 64, 100];
    const first = await Promise.all(sizes.map(work));
    const rest = await work(1);
    assert.equal(
      first.reduce((sum, calls) => sum + calls, rest),
      1_000,
    );
    const { consumed, leased, remaining } = await account.quota(customer, limit);
    assert.deepEqual([consumed, leased, remaining], [1_000n, 0n, 0n]);
    await reconcile(account);
  });

  it("with gates killed: what was allowed and what is stranded is the limit", async () => {
    const { account, customer, limit } = limited(500n);
    const gates = Array.from({ length: 5 }, () => new TestGate(account));
    await Promise.all(gates.map((gate) => gate.ask(customer, 40)));
    for (const gate of gates) for (let call = 0; call < 17; call += 1) gate.admit(customer);
    const [killed, alive] = [gates.slice(0, 2), gates.slice(2)];
    for (const gate of alive) await gate.record();
    await expireLeases(account);
    const calls = await Promise.all(alive.map((gate) => spendUntilRefused(gate, customer, 25)));
    await Promise.all(alive.map((gate) => gate.record()));
    await Promise.all(alive.map((gate) => gate.stop()));
    const allowed = 3 * 17 + calls.reduce((sum, one) => sum + one, 0);
    const { consumed, leased, stranded, remaining } = await account.quota(customer, limit);
    assert.deepEqual([consumed, leased, stranded], [BigInt(allowed), 0n, 80n]);
    assert.equal(consumed + stranded, 500n);
    assert.equal(remaining, 0n);
    await reconcile(account);
    // Their last calls come from a spool: they are counted, and their units are stranded no more.
    for (const gate of killed) await gate.record();
    const late = await account.quota(customer, limit);
    assert.deepEqual([late.consumed, late.stranded], [consumed + 34n, 46n]);
    await reconcile(account);
  });

  it("does not sell stranded units again, and shows them without being asked for", async () => {
    const { account, customer, limit } = limited(100n);
    await new TestGate(account).ask(customer, 60);
    await expireLeases(account);
    const shown = await account.quota(customer, limit);
    assert.deepEqual([shown.leased, shown.stranded, shown.remaining], [0n, 60n, 40n]);
    await strandExpiredLeases(metering.needs);
    const [row] = await metering.look<{ stranded: string }>(
      "select stranded from counter where account_id = $1",
      [account.accountId],
    );
    assert.equal(row?.stranded, "60");
    assert.equal((await new TestGate(account).ask(customer, 100)).grantedCalls, 40);
    await reconcile(account);
  });

  it("gives a gate that was only silent its units again", async () => {
    const { account, customer, limit } = limited(100n);
    const gate = new TestGate(account);
    await gate.ask(customer, 60);
    await expireLeases(account);
    await strandExpiredLeases(metering.needs);
    assert.equal((await gate.ask(customer, 60)).grantedCalls, 60);
    const { leased, stranded } = await account.quota(customer, limit);
    assert.deepEqual([leased, stranded], [60n, 0n]);
    await reconcile(account);
  });
});

describe("an ask", () => {
  it("repeated after a lost reply is not granted twice", async () => {
    const { account, customer, limit } = limited(100n);
    const gate = new TestGate(account);
    for (let lost = 0; lost < 5; lost += 1) await gate.askAndLose(customer, 30);
    const grant = await gate.ask(customer, 30);
    assert.equal(grant.grantedCalls, 30);
    assert.equal(gate.unspent, 30n);
    assert.equal((await account.quota(customer, limit)).leased, 30n);
    await reconcile(account);
  });

  it("that asks for less than a lost reply granted hears of all of it", async () => {
    const { account, customer } = limited(100n);
    const gate = new TestGate(account);
    await gate.askAndLose(customer, 80);
    await gate.ask(customer, 10);
    assert.equal(gate.unspent, 80n);
    await reconcile(account);
  });

  it("that comes late, after newer ones, changes nothing for the worse", async () => {
    const { account, customer, limit } = limited(100n);
    const gate = new TestGate(account);
    await gate.ask(customer, 40);
    for (let call = 0; call < 40; call += 1) gate.admit(customer);
    const old = gate.known();
    await gate.record();
    await gate.ask(customer, 20);
    gate.giveBack(gate.counterIds[0] ?? "", 20n);
    await gate.ask(customer, 0);
    await account.acquire(gate.gateId, customer, 20, old);
    await reconcile(account);
    const { consumed, leased } = await account.quota(customer, limit);
    assert.ok(consumed + leased <= 100n);
  });

  it("for nothing only tells which limits apply", async () => {
    const { account, customer, limit } = limited(100n);
    const { grantedCalls, limits, planName } = await new TestGate(account).ask(customer, 0);
    assert.deepEqual([grantedCalls, planName], [0, "Free"]);
    assert.deepEqual(
      limits.map((one) => one.limit.limitId),
      [limit.limitId],
    );
    assert.equal(limits[0]?.exhausted, false);
    assert.equal((await account.quota(customer, limit)).leased, 0n);
  });

  it("is told to come back soon while units are out on leases", async () => {
    const { account, customer } = limited(10n);
    await new TestGate(account).ask(customer, 8);
    const { grantedCalls, askAgainAfterMs } = await new TestGate(account).ask(customer, 5);
    assert.deepEqual([grantedCalls, askAgainAfterMs], [2, 100]);
  });

  it("of several bundles of one customer shares one lease", async () => {
    const { account, customer, limit } = limited(100n);
    const other = account.key(customer);
    const asks = [askOf(customer.keyId, 30), askOf(other, 50)];
    const answer = await account.acquireAll(newId(), asks);
    assert.deepEqual(
      answer.grants.map(({ grantedCalls }) => grantedCalls),
      [30, 50],
    );
    assert.deepEqual(
      answer.leases.map(({ grantedTotal }) => grantedTotal),
      [50n],
    );
    assert.equal((await account.quota(customer, limit)).leased, 50n);
  });
});

describe("two limits", () => {
  function both(quota: bigint, daily: bigint) {
    const account = new TestAccount(metering);
    const customer = account.customer();
    const monthly = account.limit(customer, quota);
    const perDay = account.limit(customer, daily, { window: "day", name: "daily calls" });
    account.entitle(customer, { limits: [monthly, perDay] });
    return { account, customer, monthly, perDay };
  }

  it("are granted both or neither: a refusal by one leaves the other untouched", async () => {
    const { account, customer, monthly, perDay } = both(1_000n, 10n);
    const gate = new TestGate(account);
    assert.equal(await spendUntilRefused(gate, customer, 4), 10);
    await gate.record();
    for (let again = 0; again < 3; again += 1) await gate.ask(customer, 5);
    await new TestGate(account).ask(customer, 5);
    for (const limit of [monthly, perDay]) {
      const { consumed, leased } = await account.quota(customer, limit);
      assert.deepEqual([consumed, leased], [10n, 0n], limit.name);
    }
    const { limits } = await gate.ask(customer, 5);
    assert.deepEqual(
      limits.map(({ exhausted }) => exhausted),
      [false, true],
    );
    await reconcile(account);
  });

  it("never deadlock, in whatever order gates and batches come", async () => {
    const { account, customer, monthly } = both(400n, 300n);
    const work = async () => {
      const gate = new TestGate(account);
      const calls = await spendUntilRefused(gate, customer, 9);
      await gate.record();
      await gate.stop();
      return calls;
    };
    await Promise.all(Array.from({ length: 6 }, work));
    await work();
    assert.equal((await account.quota(customer, monthly)).consumed, 300n);
    await reconcile(account);
  });

  it("of a plan and of the key itself hold together", async () => {
    const account = new TestAccount(metering);
    const customer = account.customer();
    const plan = account.limit(customer, 100n);
    account.entitle(customer, { limits: [plan] });
    const keyId = newId();
    const own = account.limit(customer, 7n, { subjectId: keyId, window: "day" });
    account.key(customer, { keyId, limits: [own] });
    assert.equal(await spendUntilRefused(new TestGate(account), { ...customer, keyId }, 5), 7);
    assert.equal((await new TestGate(account).ask(customer, 50)).grantedCalls, 50);
    await reconcile(account);
  });
});

describe("giving back", () => {
  it("is cumulative: a repeat or an older message changes nothing", async () => {
    const { account, customer, limit } = limited(100n);
    const gate = new TestGate(account);
    await gate.ask(customer, 50);
    const counterId = gate.counterIds[0] ?? "";
    const release = (returnedTotal: bigint) => {
      const returns = [{ counterId, returnedTotal, final: false }];
      return metering.app.releaseLeases(account.accountId, gate.gateId, returns);
    };
    for (const total of [10n, 20n, 20n, 15n]) await release(total);
    assert.equal((await account.quota(customer, limit)).leased, 30n);
    await release(5_000n);
    assert.equal((await account.quota(customer, limit)).leased, 0n);
    await reconcile(account);
  });

  it("may be told with the next ask instead", async () => {
    const { account, customer, limit } = limited(100n);
    const gate = new TestGate(account);
    await gate.ask(customer, 50);
    gate.giveBack(gate.counterIds[0] ?? "", 45n);
    await gate.ask(customer, 5);
    assert.equal((await account.quota(customer, limit)).leased, 5n);
    await reconcile(account);
  });

  it("for good: a late ask of a gate that stopped is granted nothing", async () => {
    const { account, customer, limit } = limited(100n);
    const gate = new TestGate(account);
    await gate.ask(customer, 50);
    const late = gate.known();
    await gate.stop();
    const { grants } = await account.acquire(gate.gateId, customer, 50, late);
    assert.equal(grants[0]?.grantedCalls, 0);
    assert.equal((await account.quota(customer, limit)).leased, 0n);
    await reconcile(account);
  });

  it("leaves out what is in flight until its items land", async () => {
    const { account, customer, limit } = limited(100n);
    const gate = new TestGate(account);
    await gate.ask(customer, 50);
    for (let call = 0; call < 12; call += 1) gate.admit(customer);
    await gate.stop();
    assert.equal((await account.quota(customer, limit)).leased, 12n);
    await gate.record();
    const { consumed, leased } = await account.quota(customer, limit);
    assert.deepEqual([consumed, leased], [12n, 0n]);
    await reconcile(account);
  });

  it("of a lease nobody knows tells that it has ended", async () => {
    const { account } = limited(100n);
    const counterId = "01234567-89ab-8def-8123-456789abcdef";
    const returns = [{ counterId, returnedTotal: 5n, final: true }];
    const states = await metering.app.releaseLeases(account.accountId, newId(), returns);
    assert.deepEqual(states, [{ counterId, grantedTotal: 0n, expiresInMs: 0 }]);
  });
});

describe("an item that held a lease", () => {
  /** A gate that admitted two calls. */
  async function twoAdmitted() {
    const made = limited(100n);
    const gate = new TestGate(made.account);
    await gate.ask(made.customer, 10);
    gate.admit(made.customer);
    gate.admit(made.customer);
    const leased = async () => (await made.account.quota(made.customer, made.limit)).leased;
    return { ...made, gate, leased };
  }

  it("releases it once, however often its batch comes", async () => {
    const { account, gate, leased } = await twoAdmitted();
    const items = gate.admitted.splice(0);
    const batch = { batchId: newId() };
    for (let times = 0; times < 3; times += 1) await account.record(items, batch);
    assert.equal(await leased(), 8n);
    await reconcile(account);
  });

  it("releases it once, when it comes again in other batches under the same lease", async () => {
    const { account, gate, leased } = await twoAdmitted();
    const items = gate.admitted.splice(0);
    for (let times = 0; times < 3; times += 1) await account.record(items);
    assert.equal(await leased(), 8n);
    await reconcile(account);
  });

  it("releases what it held of another gate too, once, when it comes from there", async () => {
    const { account, customer, gate, leased } = await twoAdmitted();
    const [event] = gate.admitted.splice(0) as [TestItem];
    const other = new TestGate(account);
    await other.ask(customer, 10);
    const units = [{ counterId: other.counterIds[0] ?? "", units: 1n }];
    const repeated = { ...event, hold: { gateId: other.gateId, units } };
    await account.record([event]);
    for (let times = 0; times < 3; times += 1) await account.record([repeated]);
    assert.equal(await leased(), 9n + 9n);
    await reconcile(account);
  });

  it("releases it once when it is finally rejected, again and again", async () => {
    const { account, gate, leased } = await twoAdmitted();
    const bad = gate.admitted.splice(0).map((event) => ({ ...event, method: "bad" }));
    for (let times = 0; times < 3; times += 1) {
      assert.equal((await account.record(bad)).rejected, 2);
    }
    assert.equal(await leased(), 8n);
    // Sent once more without the fault it counts, and releases nothing more.
    const good = bad.map((event) => ({ ...event, method: "GET" }));
    assert.equal((await account.record(good)).counted, 2n);
    assert.equal(await leased(), 8n);
    await reconcile(account);
  });

  it("keeps it while it cannot be known whose it is", async () => {
    const { account, gate, leased } = await twoAdmitted();
    const stranger = account.customer();
    const [event] = gate.admitted.splice(0) as [TestItem];
    metering.neighbours.authAway = true;
    const caller = { kind: "key", keyId: stranger.keyId } as const;
    const receipt = await account.record([{ ...event, caller }]);
    metering.neighbours.authAway = false;
    assert.deepEqual(receipt.retryEvents, [0]);
    assert.equal(await leased(), 10n);
    await reconcile(account);
  });

  it("releases no more than is out", async () => {
    const { account, gate, customer, leased } = await twoAdmitted();
    const counterId = gate.counterIds[0] ?? "";
    const hold = { gateId: gate.gateId, units: [{ counterId, units: 5_000n }] };
    await account.record([account.cell(customer, 3n, { hold })]);
    assert.equal(await leased(), 0n);
    await reconcile(account);
  });
});
