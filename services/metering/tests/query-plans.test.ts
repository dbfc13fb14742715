import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Tx } from "@tollbook/service";
import { foldDays } from "../src/app/fold-days.ts";
import type { UsageQuestion } from "../src/app/usage-query-store.ts";
import { rawEventStore } from "../src/storage/raw-event-query.ts";
import { usageQueryStore } from "../src/storage/usage-query.ts";
import { TestAccount, ZONE } from "./test-account.ts";
import { testMetering } from "./test-metering.ts";

const metering = await testMetering();
const account = new TestAccount(metering);
const { storage } = metering.needs;
await storage.inAccount(account.accountId, ({ references }) => {
  return references.saveAccountZone(ZONE, 0n);
});
const customer = account.customer();
const ages = Array.from({ length: 34 * 4 }, (_, at) => at * 6 * 3_600_000);
await account.record(
  ages.map((age) => {
    const minute = Math.floor((metering.clock.now().getTime() - age) / 60_000) * 60_000;
    return account.cell(customer, 1n, { time: new Date(minute) });
  }),
);
await foldDays(metering.needs);
const folded = await storage.inAccount(account.accountId, ({ folds }) => folds.folded());

interface PlanNode {
  "Relation Name"?: string;
  "Actual Loops": number;
  Plans?: PlanNode[];
}

/** Partitions that are read by a plan as it ran; those that were left out ran no time. */
function readBy(node: PlanNode): string[] {
  const own = node["Actual Loops"] > 0 ? [node["Relation Name"] ?? ""] : [];
  const all = [...own, ...(node.Plans ?? []).flatMap(readBy)];
  return [...new Set(all)].filter((name) => /_[md]\d+$/.test(name)).sort();
}

/** The partitions that each statement reads, which the work makes. */
function partitionsOf(work: (tx: Tx) => Promise<unknown>): Promise<string[]> {
  return metering.database.inAccount(account.accountId, async (tx) => {
    const read: string[] = [];
    const sql = async (text: string, params?: readonly unknown[]) => {
      type Explained = { "QUERY PLAN": { Plan: PlanNode }[] };
      const plan = await tx.sql<Explained>(`explain (analyze, format json) ${text}`, params);
      read.push(...readBy(plan[0]?.["QUERY PLAN"][0]?.Plan as PlanNode));
      return [];
    };
    await work({ ...tx, accountId: account.accountId, sql } as unknown as Tx);
    return [...new Set(read)].sort();
  });
}

const filter = {
  ...{ customerIds: [], keyIds: [], endpoints: [], methods: [], statusClasses: [] },
  test: false,
};

function asked(start: string, end: string, words: Partial<UsageQuestion> = {}) {
  const intervals = [{ start: new Date(start), end: new Date(end) }];
  const question = { intervals, groupBy: [], filter, top: 0, latency: false, ...words };
  return partitionsOf((tx) => {
    return usageQueryStore(tx).answer(question, { offset: 0, count: 100 }, folded);
  });
}

describe("a question about usage reads no partition outside of its range", () => {
  const [november, now] = ["2026-10-31T18:30:00Z", "2026-11-10T06:30:00Z"];

  it("by quarter hours", async () => {
    const read = await asked("2026-11-10T00:00:00Z", now);
    assert.deepEqual(read, ["rollup_m202611"]);
  });

  it("by days of customers, and quarter hours of today", async () => {
    const read = await asked(november, now, { groupBy: ["customer"] });
    const days = ["rollup_customer_day_m202610", "rollup_customer_day_m202611"];
    assert.deepEqual(read, [...days, "rollup_m202611"]);
  });

  it("by days of cells where customers are not enough", async () => {
    const read = await asked("2026-11-01T18:30:00Z", "2026-11-09T18:30:00Z", {
      groupBy: ["customer", "endpoint"],
    });
    assert.deepEqual(read, ["rollup_day_m202611"]);
  });

  it("in the live log", async () => {
    const spans = [
      { start: new Date("2026-11-10T00:00:00Z"), end: new Date("2026-11-10T06:00:00Z") },
      { start: new Date("2026-11-08T00:00:00Z"), end: new Date("2026-11-08T06:00:00Z") },
    ];
    const read = await partitionsOf((tx) => {
      return rawEventStore(tx).list({ filter, spans, after: undefined, count: 10 });
    });
    assert.deepEqual(read, ["usage_event_d20261108", "usage_event_d20261110"]);
    const span = { start: new Date("2026-11-08T00:00:00Z"), end: new Date(now) };
    const used = await partitionsOf((tx) => rawEventStore(tx).usedQuarterHours(filter, span));
    assert.deepEqual(used, ["rollup_m202611"]);
  });
});
