import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { newId } from "@tollbook/domain";
import { eventually } from "@tollbook/testing";
import { startUpkeep } from "../src/app/upkeep.ts";
import { reconcile } from "./reconcile.ts";
import { TestAccount, type TestCustomer } from "./test-account.ts";
import { expireLeases, TestGate } from "./test-gate.ts";
import { testMetering } from "./test-metering.ts";

const DAY_MS = 24 * 3_600_000;

function periodOf(customer: TestCustomer, startTime: Date, endTime: Date) {
  const { customerId, subscriptionId } = customer;
  return { customerId, subscriptionId, startTime, endTime, splitTimes: [] };
}

async function partitionsOf(metering: Awaited<ReturnType<typeof testMetering>>, parent: string) {
  const text = `select child.relname as name from pg_inherits
    join pg_class child on child.oid = inhrelid join pg_class parent on parent.oid = inhparent
    where parent.relname = $1 order by 1`;
  return (await metering.look<{ name: string }>(text, [parent])).map(({ name }) => name);
}

describe("upkeep", () => {
  it("strands the units of gates that vanished, without anybody asking", async () => {
    const metering = await testMetering();
    const account = new TestAccount(metering);
    const customer = account.customer();
    account.entitle(customer, { limits: [account.limit(customer, 100n)] });
    await new TestGate(account).ask(customer, 30);
    const upkeep = startUpkeep(metering.needs, metering.app.reconciler);
    await expireLeases(account);
    await eventually(async () => {
      const text = "select leased, stranded from counter where account_id = $1";
      assert.deepEqual(await metering.look(text, [account.accountId]), [
        { leased: "0", stranded: "30" },
      ]);
    });
    await upkeep.stop();
    await reconcile(account);
  });

  it("forgets what was answered to requests nobody may repeat any more", async () => {
    const metering = await testMetering();
    const { accountId } = new TestAccount(metering);
    const text = `insert into answered_request
        (account_id, request_id, rpc, request_sha256, first_time)
      values ($1, $2, 'CreateMeter', '', now() - $3 * interval '1 day')`;
    const [old, young] = [newId(), newId()];
    await metering.look(text, [accountId, old, 36]);
    await metering.look(text, [accountId, young, 34]);
    const upkeep = startUpkeep(metering.needs, metering.app.reconciler);
    await eventually(async () => {
      const left = "select request_id from answered_request where account_id = $1";
      assert.deepEqual(await metering.look(left, [accountId]), [{ request_id: young }]);
    });
    await upkeep.stop();
  });

  it("makes partitions for business time when it travels", async () => {
    const metering = await testMetering();
    const upkeep = startUpkeep(metering.needs, metering.app.reconciler);
    metering.clock.travelTo(new Date("2031-06-15T00:00:00Z"));
    await eventually(async () => {
      const made = await partitionsOf(metering, "rollup");
      assert.ok(
        ["rollup_m203104", "rollup_m203106", "rollup_m203108"].every((one) => made.includes(one)),
      );
    });
    await upkeep.stop();
  });

  it("is not needed for usage of a month nobody has made a partition for", async () => {
    const metering = await testMetering();
    metering.clock.travelTo(new Date("2040-01-02T00:00:00Z"));
    const account = new TestAccount(metering);
    const customer = account.customer();
    assert.equal((await account.record([account.event(customer)])).counted, 1n);
    await reconcile(account);
  });

  it("drops months of rollups past their time, and none that an open period is in", async () => {
    const metering = await testMetering({ rollupMonths: 15 });
    const account = new TestAccount(metering);
    // Periods of the other tests would hold the months too.
    await metering.look("update billing_period set seal_number = 1");
    const [open, sealed] = [account.customer(), account.customer()];
    const { start, end } = account.month();
    for (const customer of [open, sealed]) {
      account.entitle(customer, { periods: [{ start, end }], startTime: start, endTime: end });
      await account.acquire(newId(), customer, 1);
    }
    await account.record([account.event(open), account.event(sealed)]);
    metering.clock.travelTo(new Date(end.getTime() + 2 * DAY_MS));
    await metering.app.sealPeriods(account.accountId, [periodOf(sealed, start, end)]);
    const after = (days: number) => {
      metering.clock.travelTo(new Date(end.getTime() + days * DAY_MS));
      return metering.needs.storage.keepPartitions();
    };
    const isThere = async () => {
      const days = ["rollup_day", "rollup_customer_day"];
      const parents = ["rollup", ...days, "meter_rollup", "meter_value"];
      const made = await Promise.all(parents.map((parent) => partitionsOf(metering, parent)));
      return made.flat().filter((name) => name.endsWith("_m202611")).length;
    };
    await after(395);
    assert.equal(await isThere(), 5);
    await after(470);
    assert.equal(await isThere(), 5);
    await metering.app.sealPeriods(account.accountId, [periodOf(open, start, end)]);
    await after(490);
    assert.equal(await isThere(), 0);
  });

  it("drops ids that are too old to come again, and not before", async () => {
    const metering = await testMetering();
    const keep = (wall: Date) => {
      const params = [metering.clock.now(), wall];
      return metering.database.asWorker((tx) => tx.sql("select keep_partitions($1, $2)", params));
    };
    const later = (days: number) => new Date(Date.now() + days * DAY_MS);
    const before = await partitionsOf(metering, "seen_event");
    const thisWeek = `seen_event_w${Math.floor(Date.now() / (7 * DAY_MS))}`;
    assert.ok(before.includes(thisWeek));
    await keep(later(36));
    assert.ok((await partitionsOf(metering, "seen_event")).includes(thisWeek));
    await keep(later(36 + 7));
    for (const parent of ["seen_event", "seen_hold", "usage_batch"]) {
      const left = await partitionsOf(metering, parent);
      assert.ok(!left.includes(thisWeek.replace("seen_event", parent)), parent);
      assert.equal(left.length, 8);
    }
  });

  it("is the worker's alone: requests cannot make or drop partitions", async () => {
    const metering = await testMetering();
    const asApp = metering.database.inAccount(new TestAccount(metering).accountId, (tx) => {
      return tx.sql("select keep_partitions(now(), now())");
    });
    await assert.rejects(asApp, /permission denied/);
  });
});
