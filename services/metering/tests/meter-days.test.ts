import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { interval, intervals } from "@tollbook/domain";
import { foldDays } from "../src/app/fold-days.ts";
import { queryMeter } from "../src/app/query-meter.ts";
import type { UsageQuestion } from "../src/app/usage-query-store.ts";
import { TestAccount, ZONE } from "./test-account.ts";
import { START, testMetering } from "./test-metering.ts";
import { defineMeter, updateMeter } from "./test-meters.ts";

const HOUR_MS = 3_600_000;

const metering = await testMetering();
const account = new TestAccount(metering);
const { storage } = metering.needs;
await storage.inAccount(account.accountId, ({ references }) => {
  return references.saveAccountZone(ZONE, 0n);
});
const [abc, xyz] = [account.customer(), account.customer()];
const { meterId } = await defineMeter(account, { statusClasses: [2] });
// Six days, in the night of the fourth of which history begins to cost five.
for (let nth = 1; nth < 48; nth += 1) {
  const time = new Date(START.getTime() + nth * 3 * HOUR_MS);
  metering.clock.travelTo(time);
  if (nth === 21) {
    await updateMeter(account, meterId, { weights: [{ endpointPattern: "/v1/h*", weight: 5n }] });
  }
  const endpoint = nth % 3 === 0 ? "/v1/history" : "/v1/now";
  const status = nth % 7 === 0 ? 500 : 200;
  await account.record([
    account.cell(nth % 2 ? abc : xyz, BigInt(nth), { time, endpoint, status }),
  ]);
}
await foldDays(metering.needs);

const none = { customerIds: [], keyIds: [], endpoints: [], methods: [], statusClasses: [] };
const filter = { ...none, test: false };
const week = interval(START, new Date(START.getTime() + 7 * 24 * HOUR_MS));
const whole = {
  intervals: [week],
  groupBy: [],
  filter,
  top: 0,
  latency: false,
  offset: 0,
  count: 50,
};

function read(words: Partial<UsageQuestion>, { fromDays }: { fromDays: boolean }) {
  return storage.inAccount(account.accountId, async (store) => {
    const meter = await store.meters.find(meterId);
    assert.ok(meter);
    const folded = fromDays ? await store.folds.folded() : undefined;
    return queryMeter(store, meter, { ...whole, ...words }, folded);
  });
}

const asked: Record<string, Partial<UsageQuestion>> = {
  "in all": {},
  "by day": { intervals: intervals(week, "day", ZONE) },
  "by day in another zone": { intervals: intervals(week, "day", "America/New_York") },
  "by customer and endpoint": { groupBy: ["customer", "endpoint"] },
  "of the biggest endpoint, by day": {
    ...{ groupBy: ["endpoint"], top: 1, intervals: intervals(week, "day", ZONE) },
  },
  "of one customer": {
    groupBy: ["endpoint"],
    filter: { ...filter, customerIds: [xyz.customerId] },
  },
};

describe("what a meter counted is the same from days as from quarter hours", () => {
  for (const [name, words] of Object.entries(asked)) {
    it(name, async () => {
      const fromDays = await read(words, { fromDays: true });
      assert.ok(fromDays.total > 0n);
      assert.deepEqual(await read(words, { fromDays: false }), fromDays);
    });
  }

  it("and is read from days where they are whole and nothing changes in them", async () => {
    const before = await read({}, { fromDays: true });
    const days = await metering.look<{ day: string }>(
      `update rollup_day set calls = calls + 1000 where account_id = $1
       returning (day_start at time zone 'Asia/Kolkata')::date::text as day`,
      [account.accountId],
    );
    const after = await read({}, { fromDays: true });
    // Those of the day on which the week begins at noon, and of the one that is cut, are not read.
    const whole = days.filter(({ day }) => day !== "2026-11-10" && day !== "2026-11-13");
    assert.ok(after.total - before.total >= BigInt(whole.length) * 1_000n);
    assert.ok(whole.length > 0 && whole.length < days.length);
  });
});
