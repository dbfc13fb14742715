import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { newId } from "@tollbook/domain";
import { needs } from "@tollbook/testing";
import { foldDays } from "../src/app/fold-days.ts";
import { disagreeing } from "../src/domain/reconciled-sum.ts";
import { holdOf, TestAccount, ZONE } from "./test-account.ts";
import { START, testMetering } from "./test-metering.ts";

/** An account with usage of each kind, whose gate still holds something. */
async function busyAccount() {
  const metering = await testMetering();
  const account = new TestAccount(metering);
  const customer = account.customer();
  const limit = account.limit(customer, 1_000n);
  account.entitle(customer, { limits: [limit] });
  const gateId = newId();
  const { grants } = await account.acquire(gateId, customer, 10);
  const counterId = grants[0]?.limits[0]?.counter.counterId ?? "";
  const twice = account.event(customer, { hold: holdOf(gateId, counterId, 1n) });
  await account.record([
    ...[account.cell(customer, 70n), account.cell(customer, 5n, { refused: true }), twice, twice],
    account.event(customer, { endpoint: "" }),
  ]);
  return { metering, account, counterId };
}

const WRONG_CELLS = "days that are not what their quarter hours add up to";
const WRONG_CUSTOMERS = "days of customers that are not what their cells add up to";
const DAY_MS = 24 * 3_600_000;

/** An account with two days of usage that are folded and proved, three calls and eight, and a limit. */
async function accountWithDays() {
  const metering = await testMetering();
  const account = new TestAccount(metering);
  await metering.needs.storage.inAccount(account.accountId, ({ references }) => {
    return references.saveAccountZone(ZONE, 0n);
  });
  const customer = account.customer();
  account.entitle(customer, { limits: [account.limit(customer, 1_000n)] });
  await account.acquire(newId(), customer, 1);
  const called = (daysAgo: number, calls: bigint, endpoint = "/v1/a") => {
    const time = new Date(START.getTime() - daysAgo * DAY_MS);
    return account.record([account.cell(customer, calls, { time, endpoint })]);
  };
  await called(5, 3n);
  await called(1, 7n);
  await called(1, 1n, "/v1/b");
  await foldDays(metering.needs);
  assert.deepEqual(disagreeing(await metering.app.reconciler.prove(account.accountId)), []);
  return { metering, account, called };
}

describe("the reconciler", needs("postgres"), () => {
  it("proves an account whose every number is right", async () => {
    const { metering, account } = await busyAccount();
    const proof = await metering.app.reconciler.prove(account.accountId);
    assert.deepEqual(disagreeing(proof), []);
    assert.deepEqual(
      proof.sums.slice(0, 4).map(({ found }) => found),
      ["76", "0", "0", "5"],
    );
    const last = await metering.app.reconciler.find(account.accountId);
    assert.deepEqual(last, proof);
  });

  const faults: Record<string, [fault: string, complaint: string]> = {
    "a call lost from a rollup": [
      "update rollup set calls = calls - 1 where account_id = $1 and calls > 0",
      "rollups = accepted batches",
    ],
    "a batch that says it counted more": [
      "update usage_batch set counted = counted + 1 where account_id = $1",
      "rollups = accepted batches",
    ],
    "an item nobody can account for": [
      "update usage_batch set items = items + 1 where account_id = $1",
      "items = counted + duplicates + rejected + to be sent again",
    ],
    "a counter that counted one twice": [
      "update counter set consumed = consumed + 1 where account_id = $1",
      "counters that are not what their meters make of the rollups",
    ],
    "units given back that were never out": [
      "update counter set leased = leased - 1 where account_id = $1",
      "units in counters = units out on leases",
    ],
    "units that are stranded in one place and leased in another": [
      "update counter set leased = leased - 1, stranded = stranded + 1 where account_id = $1",
      "counters whose leases do not add up",
    ],
  };
  for (const [name, [fault, complaint]] of Object.entries(faults)) {
    it(`finds ${name}`, async () => {
      const { metering, account } = await busyAccount();
      await metering.look(fault, [account.accountId]);
      const proof = await metering.app.reconciler.prove(account.accountId);
      assert.ok(disagreeing(proof).some((sum) => sum.name === complaint));
    });
  }

  const dayFaults: Record<string, [fault: string, complaint: string]> = {
    "a call lost from a quarter hour whose day was proved": [
      "update rollup set calls = calls - 1 where account_id = $1 and calls = 7",
      WRONG_CELLS,
    ],
    "a call that moved to another cell of its day": [
      `update rollup set calls = 8 - calls where account_id = $1 and calls in (1, 7)`,
      WRONG_CELLS,
    ],
    "a call lost from a day": [
      "update rollup_day set calls = calls - 1 where account_id = $1 and calls = 7",
      WRONG_CELLS,
    ],
    "a call lost from a customer's day": [
      "update rollup_customer_day set calls = calls - 1 where account_id = $1 and calls = 8",
      WRONG_CUSTOMERS,
    ],
    "a call that is in no batch": [
      "update rollup_customer_day set calls = calls + 1 where account_id = $1 and calls = 8",
      "rollups = accepted batches",
    ],
    "a day that was never made": [
      `with cells as (delete from rollup_day where account_id = $1 and calls = 3)
       delete from rollup_customer_day where account_id = $1 and calls = 3`,
      WRONG_CELLS,
    ],
    "a counter that missed what days have": [
      "update counter set consumed = consumed - 1 where account_id = $1 and consumed > 0",
      "counters that are not what their meters make of the rollups",
    ],
  };
  for (const [name, [fault, complaint]] of Object.entries(dayFaults)) {
    it(`finds ${name}`, async () => {
      const { metering, account } = await accountWithDays();
      await metering.look(fault, [account.accountId]);
      const proof = await metering.app.reconciler.prove(account.accountId);
      assert.ok(disagreeing(proof).some((sum) => sum.name === complaint));
    });
  }

  it("remembers days that were proved, and proves those anew that usage came for", async () => {
    const { metering, account, called } = await accountWithDays();
    const text = `select figures, proved_time from proved_day where account_id = $1
      order by day_start`;
    const before = await metering.look<{ figures: string }>(text, [account.accountId]);
    assert.deepEqual(
      before.map(({ figures }) => figures.split(" ")[0]),
      ["3", "8"],
    );
    await called(5, 2n);
    const proof = await metering.app.reconciler.prove(account.accountId);
    assert.deepEqual(disagreeing(proof), []);
    const after = await metering.look<{ figures: string }>(text, [account.accountId]);
    assert.deepEqual(
      after.map(({ figures }) => figures.split(" ")[0]),
      ["5", "8"],
    );
  });

  it("still agrees when the month of a day's beginning was dropped", async () => {
    const { metering, account, called } = await accountWithDays();
    // In India the first of November begins on 31 October in UTC; its evening is November's.
    await called(9.5, 11n);
    await called(9, 13n);
    await metering.app.reconciler.prove(account.accountId);
    const dropped = await metering.look(
      `with sums as (
         insert into dropped_sum (account_id, source, until, calls)
         select $1, 'rollup', '2026-11-01', sum(calls) from rollup
         where account_id = $1 and bucket_start < '2026-11-01'
       ), gone as (
         delete from rollup where account_id = $1 and bucket_start < '2026-11-01'
       ), cells as (
         delete from rollup_day where account_id = $1 and day_start < '2026-11-01'
       )
       delete from rollup_customer_day where account_id = $1 and day_start < '2026-11-01'
       returning calls::integer`,
      [account.accountId],
    );
    assert.deepEqual(dropped, [{ calls: 24 }]);
    const proof = await metering.app.reconciler.prove(account.accountId);
    assert.deepEqual(disagreeing(proof), []);
  });

  it("still agrees when old batches have gone and their usage has not", async () => {
    const { metering, account } = await busyAccount();
    await metering.look(
      `insert into dropped_sum (account_id, source, until, calls)
       select account_id, 'usage_batch', now() + interval '1 day', sum(counted)
       from usage_batch where account_id = $1 group by 1`,
      [account.accountId],
    );
    const proof = await metering.app.reconciler.prove(account.accountId);
    assert.deepEqual(disagreeing(proof), []);
  });

  it("comes to every account in turn, and first to those with usage", async () => {
    const { metering, account } = await busyAccount();
    await metering.app.reconciler.turn();
    const text = "select 1 from reconciliation where account_id = $1 and agrees";
    assert.equal((await metering.look(text, [account.accountId])).length, 1);
  });
});
