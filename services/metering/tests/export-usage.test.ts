import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { UsageRequest } from "../src/app/query-usage.ts";
import type { UsageRow } from "../src/app/usage-query-store.ts";
import { TestAccount } from "./test-account.ts";
import { START, testMetering } from "./test-metering.ts";

const metering = await testMetering();
const filter = {
  ...{ customerIds: [], keyIds: [], endpoints: [], methods: [], statusClasses: [] },
  test: false,
};

/** A day of quarter hours with a call each, and one with 8,000 groups: more than one page. */
const account = new TestAccount(metering);
const customer = account.customer();
const quarters = Array.from({ length: 96 }, (_, at) => new Date(START.getTime() - at * 900_000));
await account.record(quarters.map((time) => account.cell(customer, 2n, { time })));
const manyAt = new Date(START.getTime() - 50 * 900_000);
const endpoints = Array.from({ length: 800 }, (_, at) => `/v1/route-${at}`);
const methods = ["GET", "PUT", "POST", "PATCH", "DELETE"];
const many = endpoints.flatMap((endpoint, at) => {
  return methods.flatMap((method) => {
    const cell = (status: number) => {
      return account.cell(customer, BigInt(at + 1), { time: manyAt, endpoint, method, status });
    };
    return [cell(200), cell(404)];
  });
});
await account.record(many);
const manyCalls = many.reduce((sum, { count }) => sum + count, 0n);

async function exported(words: Partial<UsageRequest> = {}) {
  const request: UsageRequest = {
    ...{ startTime: new Date(START.getTime() - 86_400_000), granularity: "quarter-hour", top: 0 },
    ...{ endTime: new Date(START.getTime() + 900_000), timeZone: "UTC", latency: false, filter },
    ...{ groupBy: ["endpoint", "method", "status-class"], meterId: "", pageSize: 0, pageToken: "" },
    ...words,
  };
  const { pages } = await metering.app.exportUsage(account.accountId, request);
  const rows: UsageRow[] = [];
  const sizes: number[] = [];
  for await (const page of pages) {
    rows.push(...page);
    sizes.push(page.length);
  }
  return { rows, sizes };
}

const nameOf = ({ interval, group }: UsageRow) => {
  const { endpoint, method, statusClass, other } = group;
  return [interval, endpoint, method, statusClass, other].join(" ");
};

describe("an export", () => {
  it("has each group of each interval once, in pages of bounded size", async () => {
    const { rows, sizes } = await exported();
    assert.equal(rows.length, 96 + 8_000);
    assert.equal(new Set(rows.map(nameOf)).size, rows.length);
    assert.ok(sizes.length > 2 && sizes.every((size) => size <= 5_000), String(sizes));
    assert.equal(
      rows.reduce((sum, { calls }) => sum + calls, 0n),
      192n + manyCalls,
    );
    const inOrder = rows.every(({ interval }, at) => interval >= (rows[at - 1]?.interval ?? 0));
    assert.ok(inOrder);
  });

  it("of the biggest groups has the same ones in every interval, and the rest as other", async () => {
    const { rows } = await exported({ groupBy: ["endpoint"], top: 2 });
    const sums = new Map<string, bigint>();
    for (const { group, calls } of rows) {
      const name = group.other ? "other" : (group.endpoint ?? "");
      sums.set(name, (sums.get(name) ?? 0n) + calls);
    }
    const rest = 192n + manyCalls - 8_000n - 7_990n;
    const biggest = { "/v1/route-799": 8_000n, "/v1/route-798": 7_990n, other: rest };
    assert.deepEqual(Object.fromEntries(sums), biggest);
  });

  it("is what a query says", async () => {
    const { rows } = await exported({ groupBy: [], granularity: "hour" });
    const { rows: asked } = await metering.app.queryUsage(account.accountId, {
      ...{ startTime: new Date(START.getTime() - 86_400_000), granularity: "hour", top: 0 },
      ...{ endTime: new Date(START.getTime() + 900_000), timeZone: "UTC", latency: false, filter },
      ...{ groupBy: [], meterId: "", pageSize: 0, pageToken: "" },
    });
    assert.deepEqual(rows, asked);
  });
});
