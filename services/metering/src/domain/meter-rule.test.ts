import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { interval } from "@tollbook/domain";
import type { TestItem } from "../../tests/test-item.ts";
import { defaultMeter, type Meter, nextChangeTime, startTimeOf } from "./meter.ts";
import { MeterRule } from "./meter-rule.ts";
import type { UsageFold } from "./usage-fold.ts";
import { statusClassOf } from "./usage-heading.ts";

const START = new Date("2026-11-10T06:30:00Z");
const LATER = new Date("2026-11-10T07:00:00Z");
const END = new Date("2026-11-10T08:00:00Z");

type Terms = Partial<Meter> & Partial<Meter["versions"][number]>;

function meter(terms: Terms = {}): Meter {
  const { statusClasses = [], weights = [], ...rest } = terms;
  return {
    ...{ meterId: "m", name: "history", aggregation: "count", endpointPatterns: [], methods: [] },
    ...{ properties: {}, uniqueProperty: "", createTime: START, archiveTime: undefined },
    versions: [{ effectiveTime: START, statusClasses, weights }],
    ...rest,
  };
}

/** A call, or several, counted in the first quarter hour unless told otherwise. */
function call(told: Partial<TestItem> = {}, bucketStart = START): UsageFold {
  const words = { endpoint: "/v1/forecast/{city}", method: "GET", status: 200, count: 1n };
  const figures = { requestBytes: 0n, responseBytes: 0n, latency: [], units: 7n };
  const item = { ...words, ...figures, properties: {}, refused: false, ...told };
  const { endpoint, method, status, refused } = item;
  const dimensions = { endpoint, method, statusClass: statusClassOf(item) };
  const fold = { status, refused, dimensions, bucketStart, items: [item], sums: item };
  return fold as unknown as UsageFold;
}

const weight = (endpointPattern: string, units: bigint) => ({ endpointPattern, weight: units });

const CASES: [sentence: string, meter: Terms, call: UsageFold, bigint][] = [
  ["each call is one", {}, call({ count: 3n }), 3n],
  ["refused calls are in no meter", {}, call({ refused: true, status: 0 }), 0n],
  [
    "an endpoint's weight is a call's cost",
    { weights: [weight("*", 5n)] },
    call({ count: 3n }),
    15n,
  ],
  [
    "the first weight that matches holds",
    { weights: [weight("GET /v1/forecast/*", 2n), weight("/v1/*", 9n)] },
    call(),
    2n,
  ],
  ["an endpoint without a weight costs 1", { weights: [weight("/v2/*", 9n)] }, call(), 1n],
  ["a weight may be nothing", { weights: [weight("/v1/*", 0n)] }, call(), 0n],
  ["a sum adds what calls declare", { aggregation: "sum" }, call({ units: 12n }), 12n],
  ["other endpoints do not count", { endpointPatterns: ["/v2/*", "POST *"] }, call(), 0n],
  ["other methods do not count", { methods: ["POST"] }, call(), 0n],
  ["other status classes do not count", { statusClasses: [2, 3] }, call({ status: 500 }), 0n],
  ["an unknown status is of no class", { statusClasses: [2, 3] }, call({ status: 0 }), 0n],
  [
    "status classes that were asked for count",
    { statusClasses: [2, 3] },
    call({ status: 302 }),
    1n,
  ],
  ["properties must be as asked", { properties: { tier: "pro" } }, call(), 0n],
  [
    "other properties do not matter",
    { properties: { tier: "pro" } },
    call({ properties: { tier: "pro", city: "Pune" } }),
    1n,
  ],
  ["a property's name is only a name", { properties: { constructor: "x" } }, call(), 0n],
  ["earlier quarter hours do not count", {}, call({}, new Date(START.getTime() - 1)), 0n],
  ["the first quarter hour after its end does not count", { archiveTime: END }, call({}, END), 0n],
];

describe("a meter", () => {
  for (const [sentence, terms, item, units] of CASES) {
    it(`counts as defined: ${sentence}`, () => {
      assert.equal(new MeterRule(meter(terms)).unitsOf(item), units);
    });
  }

  it("counts each quarter hour by the values in force then", () => {
    const versions = [
      { effectiveTime: START, statusClasses: [], weights: [] },
      { effectiveTime: LATER, statusClasses: [2], weights: [weight("*", 10n)] },
    ];
    const rule = new MeterRule(meter({ versions, archiveTime: END }));
    const before = new Date(LATER.getTime() - 900_000);
    assert.deepEqual(
      [before, LATER, END].map((time) => rule.unitsOf(call({}, time))),
      [1n, 10n, 0n],
    );
    assert.equal(rule.unitsOf(call({ status: 500 }, LATER)), 0n);
    assert.deepEqual(rule.changesIn(interval(before, END)), [LATER]);
    assert.deepEqual(rule.changesIn(interval(START, new Date(END.getTime() + 1))), [
      START,
      LATER,
      END,
    ]);
  });

  it("prices a call that is about to be made as if its status and properties were the meter's", () => {
    const place = { endpoint: "/v1/forecast/{city}", method: "GET" };
    const cost = (terms: Terms, units = 1n) => {
      return new MeterRule(meter(terms)).costOf(place, START, units);
    };
    assert.equal(cost({ statusClasses: [2], properties: { tier: "pro" } }), 1n);
    assert.equal(cost({ weights: [weight("*", 5n)] }, 9n), 5n);
    assert.equal(cost({ aggregation: "sum" }, 9n), 9n);
    assert.equal(cost({ methods: ["POST"] }), 0n);
  });

  it("of an account is plain until the account chooses classes", () => {
    assert.ok(new MeterRule(defaultMeter("a", undefined)).isPlain);
    const chosen = { effectiveTime: LATER, statusClasses: [2, 3], weights: [] };
    const rule = new MeterRule(defaultMeter("a", undefined, [chosen]));
    assert.ok(!rule.isPlain);
    assert.equal(rule.unitsOf(call({ status: 500 })), 1n);
    assert.equal(rule.unitsOf(call({ status: 500 }, LATER)), 0n);
    assert.ok(!new MeterRule(meter()).isPlain);
  });
});

describe("a change of meters", () => {
  const at = (time: string) => nextChangeTime(new Date(`2026-11-10T${time}Z`)).toISOString();

  it("takes effect where nothing can have been counted yet", () => {
    assert.equal(at("06:39:00"), "2026-11-10T06:45:00.000Z");
    assert.equal(at("06:39:00.001"), "2026-11-10T07:00:00.000Z");
    assert.equal(at("06:30:00"), "2026-11-10T06:45:00.000Z");
  });

  it("lets a meter count the running quarter hour if rollups know it", () => {
    const now = new Date("2026-11-10T06:39:00Z");
    assert.equal(startTimeOf(meter(), now).toISOString(), "2026-11-10T06:30:00.000Z");
    const looking = meter({ properties: { tier: "pro" } });
    assert.equal(startTimeOf(looking, now).toISOString(), "2026-11-10T06:45:00.000Z");
  });
});
