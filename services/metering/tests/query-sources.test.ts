import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { interval, intervals } from "@tollbook/domain";
import { foldDays } from "../src/app/fold-days.ts";
import type { UsageDimension, UsageQuestion } from "../src/app/usage-query-store.ts";
import { batchOf, TestAccount, ZONE } from "./test-account.ts";
import { testMetering } from "./test-metering.ts";

const HOUR_MS = 3_600_000;

const metering = await testMetering();
const account = new TestAccount(metering);
const { storage } = metering.needs;
await storage.inAccount(account.accountId, ({ references }) => {
  return references.saveAccountZone(ZONE, 0n);
});
const [abc, xyz] = [account.customer(), account.customer()];
const test = { keyId: account.key(abc, { test: true }) };
const second = { keyId: account.key(abc) };
// Calls of 30 days, some of them of this morning, which is folded, and of this hour, which is not.
const cells = Array.from({ length: 400 }, (_, nth) => {
  const minute = Math.floor((metering.clock.now().getTime() - nth * 1.8 * HOUR_MS) / 60_000);
  const caller = [abc, xyz, xyz, second, test][nth % 5] ?? abc;
  return account.cell(caller, BigInt(1 + (nth % 7)), {
    ...{ time: new Date(minute * 60_000), endpoint: `/v1/${nth % 11}`, method: "GET" },
    ...{ status: nth % 3 === 0 ? 404 : 200, refused: nth % 13 === 0, latency: [[nth % 4, 1]] },
  });
});
await metering.app.recordUsage(account.accountId, batchOf(cells));
await foldDays(metering.needs);

const none = { customerIds: [], keyIds: [], endpoints: [], methods: [], statusClasses: [] };
const filter = { ...none, test: false };
const now = metering.clock.now();
const month = interval(
  new Date(now.getTime() - 30 * 24 * HOUR_MS),
  new Date(now.getTime() + HOUR_MS),
);
const whole: UsageQuestion = {
  ...{ intervals: [month], groupBy: [], filter, top: 0, latency: true },
};
const days = intervals(month, "day", ZONE);
const both: readonly UsageDimension[] = ["customer", "endpoint"];

/** Each is answered by other tables, or in another order of joining and summing. */
const asked: Record<string, Partial<UsageQuestion>> = {
  "all of it": {},
  "by day": { intervals: days },
  "of test keys": { filter: { ...filter, test: true } },
  "by customer": { groupBy: ["customer"] },
  "by customer and day": { groupBy: ["customer"], intervals: days },
  "of one customer": {
    groupBy: ["customer"],
    filter: { ...filter, customerIds: [xyz.customerId] },
  },
  "by customer and endpoint": { groupBy: both },
  "by customer and endpoint, by day": { groupBy: both, intervals: days },
  "by customer and endpoint, by month": {
    groupBy: both,
    intervals: intervals(month, "month", ZONE),
  },
  "by key and status class": { groupBy: ["key", "status-class"] },
  "of one endpoint by customer": {
    ...{ groupBy: ["customer"], filter: { ...filter, endpoints: ["/v1/3"] } },
  },
  "of the biggest customer": { groupBy: ["customer"], top: 1 },
  "of the three biggest pairs": { groupBy: both, top: 3 },
  "of the three biggest pairs by day": { groupBy: both, top: 3, intervals: days },
  "of a year without usage": {
    ...{ intervals: [interval(new Date("2025-01-01"), new Date("2026-01-01"))], groupBy: both },
  },
};

describe("an answer from days is the same as from quarter hours", () => {
  for (const [name, words] of Object.entries(asked)) {
    it(name, async () => {
      const question = { ...whole, ...words };
      await storage.inAccount(account.accountId, async ({ folds, queries }) => {
        const folded = await folds.folded();
        const page = { offset: 2, count: 50 };
        const fromDays = await queries.answer(question, { ...page, offset: 0 }, folded);
        assert.deepEqual(
          await queries.answer(question, { ...page, offset: 0 }, undefined),
          fromDays,
        );
        const next = await queries.answer(question, page, folded);
        assert.deepEqual(next.rows.slice(0, 40), fromDays.rows.slice(2, 42));
        assert.deepEqual(next.total, fromDays.total);
        const most = {
          kept: await queries.biggest(question, folded),
          after: undefined,
          count: 1_000,
        };
        const exported = await queries.exported(question, most, folded);
        assert.deepEqual(await queries.exported(question, most, undefined), exported);
        const calls = exported.reduce((sum, row) => sum + row.calls, 0n);
        assert.equal(calls, fromDays.total.calls);
        assert.equal(fromDays.total.calls > 0n, !name.includes("without"));
      });
    });
  }
});
