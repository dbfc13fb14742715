import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { UsageRequest } from "../src/app/query-usage.ts";
import { TestAccount, ZONE } from "./test-account.ts";
import { testMetering } from "./test-metering.ts";

const metering = await testMetering();
const at = (text: string) => ({ time: new Date(text) });
const november = {
  startTime: new Date("2026-10-31T18:30:00Z"),
  endTime: new Date("2026-11-30T18:30:00Z"),
};
const filter = {
  ...{ customerIds: [], keyIds: [], endpoints: [], methods: [], statusClasses: [] },
  test: false,
};
const asked = (request: Partial<UsageRequest> = {}): UsageRequest => ({
  ...november,
  ...{ granularity: undefined, timeZone: ZONE, groupBy: [], filter, top: 0, latency: false },
  ...{ meterId: "", pageSize: 0, pageToken: "" },
  ...request,
});

/** Usage of a known shape. */
async function used() {
  const account = new TestAccount(metering);
  const [abc, xyz] = [account.customer(), account.customer()];
  const test = { keyId: account.key(abc, { test: true }) };
  const history = { endpoint: "/v1/history/{city}" };
  await account.record([
    account.cell(abc, 100n, {
      ...at("2026-11-08T18:29:00Z"),
      latency: [
        [2, 90],
        [6, 10],
      ],
    }),
    account.cell(abc, 50n, at("2026-11-08T18:30:00Z")),
    account.cell(abc, 5n, { ...at("2026-11-09T02:00:00Z"), ...history, status: 404 }),
    account.cell(xyz, 30n, { ...at("2026-11-09T03:00:00Z"), units: 600n }),
    account.cell(xyz, 4n, { ...at("2026-11-09T03:00:00Z"), refused: true, status: 0 }),
    account.event(xyz, { ...at("2026-11-09T03:07:00Z"), status: 503, method: "POST" }),
    account.cell(test, 1_000n, at("2026-11-09T03:00:00Z")),
  ]);
  const query = (request: Partial<UsageRequest> = {}) => {
    return metering.app.queryUsage(account.accountId, asked(request));
  };
  return { account, abc, xyz, query };
}

describe("usage", () => {
  it("is summed over the whole range", async () => {
    const { query } = await used();
    const { rows, total } = await query();
    const { calls, refused, errors, units, bytes } = total;
    assert.deepEqual([calls, refused, errors, units], [186n, 4n, 6n, 756n]);
    assert.equal(bytes, 5n * 1_000n);
    assert.deepEqual(
      rows.map((row) => row.calls),
      [186n],
    );
  });

  it("by day is cut at midnight in India", async () => {
    const { query } = await used();
    const { rows, question } = await query({ granularity: "day" });
    const told = rows.map(({ interval, calls }) => [question.intervals[interval]?.start, calls]);
    assert.deepEqual(told, [
      [new Date("2026-11-07T18:30:00Z"), 100n],
      [new Date("2026-11-08T18:30:00Z"), 86n],
    ]);
  });

  it("by day in another zone is cut there", async () => {
    const { query } = await used();
    const { rows, question } = await query({ granularity: "day", timeZone: "America/New_York" });
    const told = rows.map(({ interval, calls }) => [question.intervals[interval]?.start, calls]);
    assert.deepEqual(told, [[new Date("2026-11-08T05:00:00Z"), 186n]]);
  });

  it("by quarter hour, hour and month adds up to the same", async () => {
    const { query } = await used();
    for (const granularity of ["quarter-hour", "hour", "month"] as const) {
      const { rows } = await query({ granularity });
      assert.equal(
        rows.reduce((sum, { calls }) => sum + calls, 0n),
        186n,
        granularity,
      );
    }
  });

  it("by customer and endpoint comes with the most calls first", async () => {
    const { query, abc, xyz } = await used();
    const { rows } = await query({ groupBy: ["customer", "endpoint"] });
    assert.deepEqual(
      rows.map(({ group, calls }) => [group.customerId, group.endpoint, calls]),
      [
        [abc.customerId, "/v1/forecast/{city}", 150n],
        [xyz.customerId, "/v1/forecast/{city}", 31n],
        [abc.customerId, "/v1/history/{city}", 5n],
      ],
    );
  });

  it("by key, method and status class names them", async () => {
    const { query, abc, xyz } = await used();
    const { rows } = await query({ groupBy: ["key", "method", "status-class"] });
    assert.deepEqual(
      rows.map(({ group, calls, refused }) => {
        const { keyId, method, statusClass } = group;
        return [keyId, method, statusClass, calls, refused];
      }),
      [
        [abc.keyId, "GET", 2, 150n, 0n],
        [xyz.keyId, "GET", 2, 30n, 0n],
        [abc.keyId, "GET", 4, 5n, 0n],
        [xyz.keyId, "POST", 5, 1n, 0n],
        [xyz.keyId, "GET", 0, 0n, 4n],
      ],
    );
  });

  it("of the biggest groups leaves the rest as other, in every interval", async () => {
    const { query, abc } = await used();
    const { rows } = await query({ groupBy: ["customer"], top: 1, granularity: "day" });
    assert.deepEqual(
      rows.map(({ group, calls }) => [group.customerId, group.other, calls]),
      [
        [abc.customerId, false, 100n],
        [abc.customerId, false, 55n],
        [undefined, true, 31n],
      ],
    );
  });

  it("is filtered by customer, key, endpoint, method, class and test keys", async () => {
    const { query, abc, xyz } = await used();
    const total = async (part: Partial<UsageRequest["filter"]>) => {
      return (await query({ filter: { ...filter, ...part } })).total.calls;
    };
    assert.equal(await total({ customerIds: [xyz.customerId] }), 31n);
    assert.equal(await total({ keyIds: [abc.keyId] }), 155n);
    assert.equal(await total({ endpoints: ["/v1/history/{city}"] }), 5n);
    assert.equal(await total({ methods: ["POST", "PUT"] }), 1n);
    assert.equal(await total({ statusClasses: [4, 5] }), 6n);
    assert.equal(await total({ test: true }), 1_000n);
  });

  it("tells latency percentiles from the histogram", async () => {
    const { query } = await used();
    const { total } = await query({ latency: true });
    assert.deepEqual(
      total.latency.flatMap((calls, bucket) => (calls > 0 ? [[bucket, calls]] : [])),
      [
        [2, 90],
        [6, 10],
      ],
    );
  });

  it("comes in pages that together are the whole", async () => {
    const { query } = await used();
    const whole = await query({ groupBy: ["customer", "endpoint"], granularity: "day" });
    const paged = [];
    let pageToken = "";
    do {
      const request = { groupBy: ["customer", "endpoint"] as const, granularity: "day" as const };
      const page = await query({ ...request, pageSize: 1, pageToken });
      paged.push(...page.rows);
      assert.deepEqual(page.total, whole.total);
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    assert.deepEqual(paged, whole.rows);
  });

  it("is seen as soon as it is acknowledged", async () => {
    const { account, abc, query } = await used();
    for (let more = 1n; more <= 5n; more += 1n) {
      await account.record([account.event(abc, at("2026-11-09T03:00:00Z"))]);
      assert.equal((await query()).total.calls, 186n + more);
    }
  });
});

describe("a question about usage", () => {
  const refused = async (request: Partial<UsageRequest>) => {
    const account = new TestAccount(metering);
    try {
      await metering.app.queryUsage(account.accountId, asked(request));
    } catch (error) {
      const { reason, violations } = error as { reason: string; violations?: { field: string }[] };
      return [reason, ...(violations ?? []).map(({ field }) => field)];
    }
  };

  it("that is wrong is answered with everything that is wrong", async () => {
    const wrong = { startTime: undefined, timeZone: "Mars/Olympus", top: 5_000 };
    const named = { groupBy: ["key", "key"] as const };
    assert.deepEqual(await refused({ ...wrong, ...named }), [
      "INVALID_REQUEST",
      ...["start_time", "time_zone", "group_by", "top"],
    ]);
    const ids = { ...filter, keyIds: ["1"], statusClasses: [9] };
    assert.deepEqual(await refused({ filter: ids }), [
      "INVALID_REQUEST",
      ...["filter.key_ids", "filter.status_classes"],
    ]);
  });

  it("about no time or more than five years is invalid", async () => {
    const { startTime } = november;
    assert.deepEqual(await refused({ endTime: startTime }), ["INVALID_REQUEST", "end_time"]);
    const endTime = new Date("2032-01-01T00:00:00Z");
    assert.deepEqual(await refused({ endTime }), ["INVALID_REQUEST", "end_time"]);
  });

  it("with a page token of another question is invalid", async () => {
    const { query } = await used();
    const { nextPageToken } = await query({ groupBy: ["customer"], pageSize: 1 });
    const other = query({ groupBy: ["key"], pageSize: 1, pageToken: nextPageToken });
    await assert.rejects(other, { reason: "PAGE_TOKEN_MALFORMED" });
  });

  it("without a zone waits for the account's, once it is heard", async () => {
    const account = new TestAccount(metering);
    const question = asked({ timeZone: "", granularity: "day" });
    const query = () => metering.app.queryUsage(account.accountId, question);
    await assert.rejects(query(), { kind: "unavailable", reason: "ACCOUNT_NOT_HEARD" });
    await metering.needs.storage.inAccount(account.accountId, ({ references }) => {
      return references.saveAccountZone("Asia/Kathmandu", 0n);
    });
    const { question: answered } = await query();
    assert.deepEqual(answered.intervals[1]?.start, new Date("2026-11-01T18:15:00Z"));
  });
});
