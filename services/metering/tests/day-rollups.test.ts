import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Granularity } from "@tollbook/domain";
import { applyEntitlement } from "../src/app/apply-entitlement.ts";
import { foldDays } from "../src/app/fold-days.ts";
import { metering as appOn } from "../src/app/index.ts";
import type { Needs, Store } from "../src/app/needs.ts";
import { reconcile } from "./reconcile.ts";
import { batchOf, TestAccount, type TestCustomer, ZONE } from "./test-account.ts";
import { START, type TestMetering, testMetering } from "./test-metering.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** An account whose zone is heard, with a customer. */
async function opened(zone = ZONE) {
  const metering = await testMetering();
  const account = new TestAccount(metering);
  await inZone(account, zone, 0n);
  return { metering, account, customer: account.customer() };
}

function inZone({ metering, accountId }: TestAccount, zone: string, version: bigint) {
  return metering.needs.storage.inAccount(accountId, ({ references }) => {
    return references.saveAccountZone(zone, version);
  });
}

/** Records calls at these ages, each in a cell of its own. */
function called(account: TestAccount, customer: { keyId: string }, ...ages: number[]) {
  const cells = ages.map((age) => {
    const minute = Math.floor((account.metering.clock.now().getTime() - age) / 60_000) * 60_000;
    return account.cell(customer, 3n, { time: new Date(minute), latency: [[4, 2]] });
  });
  return account.record(cells);
}

interface DayRow {
  day: Date;
  calls: string;
  measured: string;
}

function daysOf({ metering, accountId }: TestAccount) {
  return metering.look<DayRow>(
    `select day_start as day, sum(calls) as calls, sum(latency_4) as measured from rollup_day
      join account_fence using (account_id, fold_number) where account_id = $1
      group by 1 order by 1`,
    [accountId],
  );
}

const usual = {
  groupBy: [],
  top: 0,
  latency: false,
  pageSize: 0,
  pageToken: "",
  timeZone: "",
  meterId: "",
};
const filter = {
  ...{ customerIds: [], keyIds: [], endpoints: [], methods: [], statusClasses: [] },
  test: false,
};

async function calls(
  app: TestMetering["app"],
  { accountId, metering }: TestAccount,
  asked: { readonly granularity: Granularity | undefined } = { granularity: "day" },
) {
  const now = metering.clock.now().getTime();
  const range = { startTime: new Date(now - 60 * DAY_MS), endTime: new Date(now + HOUR_MS) };
  const whole = { ...usual, ...range, ...asked, filter };
  const { rows, total } = await app.queryUsage(accountId, whole);
  const sum = rows.reduce((so, row) => so + row.calls, 0n);
  assert.equal(sum, total.calls);
  return total.calls;
}

/** Needs whose transactions stop where fences are shared, or days asked for, until let go. */
function stopping(needs: Needs, step: "share" | "folded", when: "before" | "after") {
  const [reached, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const stop = async () => {
    reached.resolve();
    await go.promise;
  };
  const around = <A extends unknown[], T>(work: (...args: A) => Promise<T>) => {
    return async (...args: A) => {
      if (when === "before") await stop();
      const done = await work(...args);
      if (when === "after") await stop();
      return done;
    };
  };
  const stopped = (store: Store): Store => {
    if (step === "folded") {
      return { ...store, folds: { ...store.folds, folded: around(store.folds.folded) } };
    }
    return { ...store, fences: { ...store.fences, share: around(store.fences.share) } };
  };
  const inAccount: Needs["storage"]["inAccount"] = (accountId, work) => {
    return needs.storage.inAccount(accountId, (store) => work(stopped(store)));
  };
  const storage = { ...needs.storage, inAccount };
  return { app: appOn({ ...needs, storage }), reached: reached.promise, go: () => go.resolve() };
}

describe("days", () => {
  it("are folded from quarter hours that ended some time ago, by the account's zone", async () => {
    const { metering, account, customer } = await opened();
    await called(account, customer, 0, HOUR_MS, 3 * HOUR_MS, 20 * HOUR_MS, 9 * DAY_MS);
    await foldDays(metering.needs);
    assert.deepEqual(await daysOf(account), [
      { day: new Date("2026-10-31T18:30:00Z"), calls: "3", measured: "2" },
      { day: new Date("2026-11-08T18:30:00Z"), calls: "3", measured: "2" },
      { day: new Date("2026-11-09T18:30:00Z"), calls: "3", measured: "2" },
    ]);
    assert.equal(await calls(metering.app, account), 15n);
    await reconcile(account);
  });

  it("go on being folded as time goes, also when it travels", async () => {
    const { metering, account, customer } = await opened();
    for (const at of [HOUR_MS, 9 * HOUR_MS, DAY_MS, 3 * DAY_MS, 40 * DAY_MS]) {
      metering.clock.travelTo(new Date(START.getTime() + at));
      await called(account, customer, 0, 5 * HOUR_MS);
      await foldDays(metering.needs);
      await reconcile(account);
    }
    assert.equal(await calls(metering.app, account), 30n);
  });

  it("take usage that comes late, in the transaction that counts it", async () => {
    const { metering, account, customer } = await opened();
    await called(account, customer, 5 * DAY_MS);
    await foldDays(metering.needs);
    await called(account, customer, 0, 5 * DAY_MS, 5 * DAY_MS + HOUR_MS, 20 * DAY_MS);
    await reconcile(account);
    assert.deepEqual(
      (await daysOf(account)).map((row) => row.calls),
      ["3", "9"],
    );
    assert.equal(await calls(metering.app, account), 15n);
  });

  it("are made anew when the account moves to another zone, and right all the while", async () => {
    const { metering, account, customer } = await opened();
    await called(account, customer, DAY_MS, 2 * DAY_MS, 30 * DAY_MS);
    await foldDays(metering.needs);
    await inZone(account, "America/New_York", 1n);
    await called(account, customer, 30 * DAY_MS);
    assert.equal(await calls(metering.app, account), 12n);
    await foldDays(metering.needs);
    const [first] = await daysOf(account);
    assert.deepEqual(first?.day, new Date("2026-10-11T04:00:00Z"));
    assert.equal(await calls(metering.app, account), 12n);
    await reconcile(account);
    const text = "select count(distinct fold_number) as n from rollup_day where account_id = $1";
    assert.deepEqual(await metering.look(text, [account.accountId]), [{ n: "1" }]);
  });

  it("follow usage that a subscription adopts", async () => {
    const { metering, account, customer } = await opened();
    await called(account, customer, DAY_MS, DAY_MS + HOUR_MS, 6 * DAY_MS);
    await foldDays(metering.needs);
    await adopted(account, customer);
    await reconcile(account);
    const text = `select sum(d.calls) as calls from rollup_day d
      join usage_cell c using (account_id, cell_id)
      where account_id = $1 and c.subscription_id = $2`;
    const found = await metering.look(text, [account.accountId, customer.subscriptionId]);
    assert.deepEqual(found, [{ calls: "9" }]);
    assert.equal(await calls(metering.app, account), 9n);
  });
});

async function adopted(account: TestAccount, customer: TestCustomer): Promise<void> {
  const { clock, needs } = account.metering;
  await needs.storage.inAccount(account.accountId, (store) => {
    return applyEntitlement(store, account.entitlement(customer), clock.now());
  });
}

describe("usage that is counted while its day is folded", () => {
  const late = 5 * DAY_MS;

  it("and shares the fence after, is added to the day by itself", async () => {
    const { metering, account, customer } = await opened();
    await called(account, customer, late);
    const held = stopping(metering.needs, "share", "before");
    const cell = account.cell(customer, 7n, { time: new Date(START.getTime() - late) });
    const counting = held.app.recordUsage(account.accountId, batchOf([cell]));
    await held.reached;
    await foldDays(metering.needs);
    assert.deepEqual(
      (await daysOf(account)).map((row) => row.calls),
      ["3"],
    );
    held.go();
    await counting;
    assert.deepEqual(
      (await daysOf(account)).map((row) => row.calls),
      ["10"],
    );
    await reconcile(account);
  });

  it("and shares the fence before, is waited for, also as the account's first", async () => {
    for (const first of [true, false]) {
      const { metering, account, customer } = await opened();
      if (!first) await called(account, customer, late);
      const held = stopping(metering.needs, "share", "after");
      const cell = account.cell(customer, 7n, { time: new Date(START.getTime() - late) });
      const counting = held.app.recordUsage(account.accountId, batchOf([cell]));
      await held.reached;
      const folding = foldDays(metering.needs);
      await sleep(200);
      assert.deepEqual(await daysOf(account), []);
      held.go();
      await Promise.all([counting, folding]);
      assert.deepEqual(
        (await daysOf(account)).map((row) => row.calls),
        [first ? "7" : "10"],
      );
      await reconcile(account);
    }
  });

  it("is in every answer, also to who asked while the zone changed", async () => {
    const { metering, account, customer } = await opened();
    await called(account, customer, late);
    await foldDays(metering.needs);
    const held = stopping(metering.needs, "folded", "after");
    const answer = calls(held.app, account);
    await held.reached;
    await inZone(account, "Asia/Kathmandu", 1n);
    await foldDays(metering.needs);
    await called(account, customer, late);
    held.go();
    assert.equal(await answer, 6n);
  });

  it("is in every answer once, also to who asked while the running day was folded on", async () => {
    const { metering, account, customer } = await opened();
    await called(account, customer, 0, HOUR_MS, 3 * HOUR_MS, 9 * DAY_MS);
    await foldDays(metering.needs);
    const { app, reached, go } = stopping(metering.needs, "folded", "after");
    // A sum over all of it reads the running day as far as it is folded.
    const asked = calls(app, account, { granularity: undefined });
    await reached;
    metering.clock.travelTo(new Date(START.getTime() + 4 * HOUR_MS));
    await foldDays(metering.needs);
    go();
    assert.equal(await asked, 12n);
    assert.equal(await calls(metering.app, account, { granularity: undefined }), 12n);
  });

  it("by many at once while it is folded, is there once", async () => {
    const { metering, account, customer } = await opened();
    const turns = Array.from({ length: 12 }, (_, turn) => turn);
    await Promise.all([
      ...turns.map((turn) => called(account, customer, 3 * HOUR_MS + turn * 900_000, late)),
      (async () => {
        for (let turn = 0; turn < 6; turn += 1) {
          metering.clock.travelTo(new Date(metering.clock.now().getTime() + HOUR_MS));
          await foldDays(metering.needs);
        }
      })(),
    ]);
    await foldDays(metering.needs);
    await reconcile(account);
    assert.equal(await calls(metering.app, account), 72n);
  });
});
