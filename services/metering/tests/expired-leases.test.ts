import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { newId } from "@tollbook/domain";
import { needs } from "@tollbook/testing";
import { strandExpiredLeases } from "../src/app/strand-expired-leases.ts";
import { DUE, PUT_OFF } from "../src/storage/sweeping.ts";
import { TestAccount } from "./test-account.ts";
import { expireLeases, TestGate } from "./test-gate.ts";
import { testMetering } from "./test-metering.ts";

/** Leases of gates long gone, as they lie there until their counter goes. */
const OLD_LEASES = 20_000;

/** An account with a customer under a hard limit, and its leases as they stand. */
async function limited() {
  const metering = await testMetering();
  const account = new TestAccount(metering);
  const customer = account.customer();
  account.entitle(customer, { limits: [account.limit(customer, 100_000n)] });
  const leases = () => {
    const text = `select stranded_time is not null as stranded, look_time is null as done,
      look_time = expire_time as "atItsEnd" from lease where account_id = $1`;
    return metering.look(text, [account.accountId]);
  };
  return { metering, account, customer, leases };
}

describe("the sweep of expired leases", needs("postgres"), () => {
  it("strands what is out and looks at it no more, until its gate comes back", async () => {
    const { metering, account, customer, leases } = await limited();
    const gate = new TestGate(account);
    await gate.ask(customer, 10);
    await expireLeases(account);
    await strandExpiredLeases(metering.needs);
    assert.deepEqual(await leases(), [{ stranded: true, done: true, atItsEnd: null }]);
    await gate.ask(customer, 10);
    assert.deepEqual(await leases(), [{ stranded: false, done: false, atItsEnd: true }]);
    await expireLeases(account);
    await strandExpiredLeases(metering.needs);
    assert.deepEqual(await leases(), [{ stranded: true, done: true, atItsEnd: null }]);
  });

  it("puts off a lease that was renewed meanwhile, and one with nothing out for good", async () => {
    const { metering, account, customer, leases } = await limited();
    const [busy, idle] = [new TestGate(account), new TestGate(account)];
    await busy.ask(customer, 10);
    await metering.look("update lease set look_time = now() where account_id = $1", [
      account.accountId,
    ]);
    await busy.ask(customer, 10);
    await strandExpiredLeases(metering.needs);
    assert.deepEqual(await leases(), [{ stranded: false, done: false, atItsEnd: true }]);
    await busy.stop();
    await idle.stop();
    await expireLeases(account);
    await strandExpiredLeases(metering.needs);
    assert.deepEqual(await leases(), [{ stranded: false, done: true, atItsEnd: null }]);
  });

  it("reads leases that are due, however many lie there", async () => {
    const { metering, account, customer } = await limited();
    const { grants } = await account.acquire(newId(), customer, 10);
    const counterId = grants[0]?.limits[0]?.counter.counterId;
    await metering.look(
      `insert into lease (account_id, counter_id, gate_id, granted_total, released_total, expire_time)
       select $1::uuid, $2::uuid, gen_random_uuid(), 5, 5, now() - interval '1 hour'
       from generate_series(1, $3::integer)`,
      [account.accountId, counterId, OLD_LEASES],
    );
    await metering.look("analyze lease");
    await expireLeases(account);
    await metering.look("update lease set look_time = null where granted_total = 5");
    const plan = await metering.database.asWorker(async (tx) => {
      const explain = "explain (analyze, costs off, timing off, summary off)";
      const lines = [
        ...(await tx.sql(`${explain} ${PUT_OFF}`)),
        ...(await tx.sql(`${explain} ${DUE}`)),
      ];
      return lines.map((line) => Object.values(line as object)[0]).join("\n");
    });
    assert.equal(plan.match(/using lease_look_time on lease/g)?.length, 2, plan);
    assert.doesNotMatch(plan, /Seq Scan on lease/);
  });
});
