import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ReleaseStrandedRequest, ReleaseStrandedResponse } from "@tollbook/contracts/metering/v1";
import { StrandedReleased } from "@tollbook/contracts/metering/v1/events";
import { newId } from "@tollbook/domain";
import { needs } from "@tollbook/testing";
import { reclaimStrandedLeases } from "../src/app/reclaim-stranded-leases.ts";
import { strandExpiredLeases } from "../src/app/strand-expired-leases.ts";
import type { LimitTerms } from "../src/domain/usage-limit.ts";
import { reconcile } from "./reconcile.ts";
import { TestAccount, type TestCustomer } from "./test-account.ts";
import { expireLeases, TestGate } from "./test-gate.ts";
import { testMetering } from "./test-metering.ts";

const metering = await testMetering();
const releasing = {
  rpc: "ReleaseStranded",
  requestCodec: ReleaseStrandedRequest,
  responseCodec: ReleaseStrandedResponse,
};

/** A gate that holds 60 of 100 units, let 20 calls through and then vanished. */
async function vanished() {
  const account = new TestAccount(metering);
  const customer = account.customer();
  const limit = account.limit(customer, 100n);
  account.entitle(customer, { limits: [limit] });
  const gate = new TestGate(account);
  await gate.ask(customer, 60);
  for (let call = 0; call < 20; call += 1) gate.admit(customer);
  await expireLeases(account);
  const figures = async () => {
    const quota = await account.quota(customer, limit);
    const { consumed, leased, stranded, reclaimed, remaining } = quota;
    return [consumed, leased, stranded, reclaimed, remaining].map(Number);
  };
  return { account, customer, limit, gate, figures };
}

/** A member vouches for the stranded units of a limit. */
async function vouch(
  account: TestAccount,
  { customerId }: TestCustomer,
  { limitId }: Pick<LimitTerms, "limitId">,
  requestId = newId(),
): Promise<bigint> {
  const memberId = newId();
  const request = ReleaseStrandedRequest.fromPartial({ limitId, customerId, requestId });
  const { released } = await metering.app.once(
    account.accountId,
    { ...releasing, request },
    async (store) => {
      const voucher = { memberId, requestId };
      const { units } = await metering.app.releaseStranded(store, request, voucher);
      return ReleaseStrandedResponse.fromPartial({ released: units });
    },
  );
  await reconcile(account);
  return released;
}

/** Lets calls through until there is no unit left; gives how many. */
function spend(gate: TestGate, customer: TestCustomer): number {
  let calls = 0;
  while (gate.admit(customer)) calls += 1;
  return calls;
}

describe("stranded units that somebody vouches for", needs("postgres"), () => {
  it("are free again, once, and the event says by whom", async () => {
    const { account, customer, limit, figures } = await vanished();
    assert.deepEqual(await figures(), [0, 0, 60, 0, 40]);
    const requestId = newId();
    assert.equal(await vouch(account, customer, limit, requestId), 60n);
    assert.deepEqual(await figures(), [0, 0, 0, 60, 100]);
    assert.equal(await vouch(account, customer, limit), 0n, "nothing is left to release");
    const [told, ...more] = await releases(account);
    assert.equal(more.length, 0);
    const { customerId, limitId, limitName, subjectId, units, windowStartTime } = told ?? {};
    assert.deepEqual(
      { customerId, limitId, limitName, subjectId, units, windowStartTime },
      {
        ...{ customerId: customer.customerId, limitId: limit.limitId, limitName: limit.name },
        ...{ subjectId: customer.subscriptionId, units: 60n },
        windowStartTime: account.month().start,
      },
    );
    assert.deepEqual([told?.requestId, told?.reclaimAfterMs], [requestId, 0n]);
    assert.match(told?.memberId ?? "", /^[0-9a-f-]{36}$/);
  });

  it("asked for again by the same request are answered as before", async () => {
    const { account, customer, limit } = await vanished();
    const requestId = newId();
    await vouch(account, customer, limit, requestId);
    await new TestGate(account).ask(customer, 30);
    await expireLeases(account);
    assert.equal(await vouch(account, customer, limit, requestId), 60n);
    assert.equal((await account.quota(customer, limit)).stranded, 30n);
  });

  it("leave alone what gates hold that are there", async () => {
    const { account, customer, limit, figures } = await vanished();
    const gate = new TestGate(account);
    await gate.ask(customer, 10);
    assert.equal(await vouch(account, customer, limit), 60n);
    assert.deepEqual(await figures(), [0, 10, 0, 60, 90]);
  });

  it("pass the limit by what was used after all, and by no unit more", async () => {
    const { account, customer, limit, gate, figures } = await vanished();
    await vouch(account, customer, limit);
    const other = new TestGate(account);
    await other.ask(customer, 100);
    assert.equal(spend(other, customer), 100);
    // Of the other gate's units none becomes free: these 20 had been given away.
    await gate.record();
    assert.deepEqual(await figures(), [20, 100, 0, 60, 0]);
    await other.record();
    assert.deepEqual(await figures(), [120, 0, 0, 60, 0]);
    assert.equal((await new TestGate(account).ask(customer, 1)).grantedCalls, 0);
    await reconcile(account);
  });

  it("are no longer the gate's when it comes back, and its late calls free nothing new", async () => {
    const { account, customer, limit, gate, figures } = await vanished();
    await vouch(account, customer, limit);
    // Its clock stood still: it still means to spend 40. It is told that they are gone.
    assert.equal((await gate.ask(customer, 40)).grantedCalls, 0);
    assert.equal(gate.unspent, 0n);
    assert.deepEqual(await account.told(), ["StrandedReleased"], "the limit is not used up");
    assert.equal((await gate.ask(customer, 40)).grantedCalls, 40);
    assert.deepEqual(await figures(), [0, 40, 0, 60, 60]);
    const early = gate.admitted.splice(0);
    assert.equal(spend(gate, customer), 40);
    await account.record(early.slice(0, 15));
    assert.deepEqual(await figures(), [15, 40, 0, 60, 45]);
    // Calls from after the release that come before others from before it: their room waits.
    await account.record(gate.admitted.splice(0));
    assert.deepEqual(await figures(), [55, 5, 0, 60, 40]);
    await account.record(early.slice(15));
    assert.deepEqual(await figures(), [60, 0, 0, 60, 40]);
    await reconcile(account);
  });

  it("that the gate gave back itself are not given back of newer ones", async () => {
    const { account, customer, limit, gate, figures } = await vanished();
    await vouch(account, customer, limit);
    gate.giveBack(gate.counterIds[0] ?? "", 40n); // they lapsed
    for (let again = 0; again < 3; again += 1) {
      await gate.ask(customer, 30);
      assert.equal(gate.unspent, 30n);
    }
    assert.deepEqual(await figures(), [0, 30, 0, 60, 70]);
    spend(gate, customer);
    await gate.stop();
    await gate.record();
    assert.deepEqual(await figures(), [50, 0, 0, 60, 50]);
    await reconcile(account);
  });

  it("granted in a reply that was lost never reach the gate", async () => {
    const { account, customer, limit, gate, figures } = await vanished();
    gate.giveBack(gate.counterIds[0] ?? "", 40n);
    await gate.askAndLose(customer, 70);
    await expireLeases(account);
    assert.deepEqual(await figures(), [0, 0, 90, 0, 10]);
    assert.equal(await vouch(account, customer, limit), 90n);
    const { grantedCalls } = await gate.ask(customer, 25);
    assert.deepEqual([grantedCalls, gate.unspent], [25, 25n]);
    assert.deepEqual(await figures(), [0, 25, 0, 90, 75]);
    spend(gate, customer);
    await gate.record();
    assert.deepEqual(await figures(), [45, 0, 0, 90, 55]);
    await reconcile(account);
  });

  it("are not found on a limit that is not there, nor by another account", async () => {
    const { account, customer, limit } = await vanished();
    const unknown = vouch(account, customer, { limitId: newId() });
    await assert.rejects(unknown, { kind: "not-found", reason: "LIMIT_NOT_FOUND" });
    const stranger = vouch(new TestAccount(metering), customer, limit);
    await assert.rejects(stranger, { kind: "not-found", reason: "LIMIT_NOT_FOUND" });
  });
});

describe("stranded units nobody vouches for", needs("postgres"), () => {
  /** An hour after its lease ended, and long after it was stranded. */
  const anHourLater = async ({ accountId }: TestAccount) => {
    await strandExpiredLeases(metering.needs);
    const text = "update lease set expire_time = now() - interval '1 hour' where account_id = $1";
    await metering.look(text, [accountId]);
  };

  it("stay stranded unless the operator opted in, then go after that time, live and test", async () => {
    const { account, customer, limit, figures } = await vanished();
    const keyId = account.key(customer, { test: true });
    await new TestGate(account).ask({ keyId }, 5);
    await expireLeases(account);
    await anHourLater(account);
    const turn = async (reclaimAfterMs: number) => {
      const settings = { ...metering.needs.settings, reclaimAfterMs };
      await reclaimStrandedLeases({ ...metering.needs, settings });
      return (await figures()).slice(2, 4);
    };
    assert.deepEqual(await turn(0), [60, 0]);
    assert.deepEqual(await turn(3_700_000), [60, 0]);
    assert.deepEqual(await turn(3_500_000), [0, 60]);
    assert.deepEqual(await turn(3_500_000), [0, 60]);
    const told = await releases(account);
    assert.deepEqual(
      told.map(({ units, test, limitId, memberId, requestId, reclaimAfterMs }) => {
        return { units, test, limitId, by: [memberId, requestId, reclaimAfterMs] };
      }),
      [false, true].map((test) => {
        return { units: test ? 5n : 60n, test, limitId: limit.limitId, by: ["", "", 3_500_000n] };
      }),
    );
    await reconcile(account);
  });

  it("are left alone in a window that is over", async () => {
    const { account, figures } = await vanished();
    await anHourLater(account);
    const { storage } = metering.needs;
    const due = async (now: Date) => {
      const counters = await storage.countersToReclaim(1_000, now);
      return counters.filter(({ accountId }) => accountId === account.accountId).length;
    };
    assert.deepEqual([await due(metering.clock.now()), await due(account.month().end)], [1, 0]);
    assert.deepEqual(await figures(), [0, 0, 60, 0, 40]);
  });
});

/** What was told of units made free, live ones first. */
async function releases({ accountId }: TestAccount): Promise<StrandedReleased[]> {
  const text = "select payload from outbox where account_id = $1 and type like '%Stranded%'";
  const rows = await metering.look<{ payload: Buffer }>(text, [accountId]);
  const told = rows.map(({ payload }) => StrandedReleased.decode(payload));
  return told.sort((one, other) => Number(one.test) - Number(other.test));
}
