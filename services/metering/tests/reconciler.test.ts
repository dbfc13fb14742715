import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { newId } from "@tollbook/domain";
import { needs } from "@tollbook/testing";
import { disagreeing } from "../src/domain/reconciled-sum.ts";
import { holdOf, TestAccount } from "./test-account.ts";
import { testMetering } from "./test-metering.ts";

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

describe("the reconciler", needs("postgres"), () => {
  it("proves an account whose every number is right", async () => {
    const { metering, account } = await busyAccount();
    const proof = await metering.app.reconciler.prove(account.accountId);
    assert.deepEqual(disagreeing(proof), []);
    assert.deepEqual(
      proof.sums.slice(0, 2).map(({ found }) => found),
      ["76", "5"],
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
