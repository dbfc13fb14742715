import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DomainError, newId } from "@tollbook/domain";
import { parsePlan } from "./parse-plan.ts";
import type { ChargeInput, LimitInput, PlanInput, PriceInput } from "./plan-input.ts";

const accountId = newId();
const credits = newId();
const cities = newId();
const context = {
  accountId,
  meters: new Map([
    [credits, { meterId: credits, addsUp: true }],
    [cities, { meterId: cities, addsUp: false }],
  ]),
  currency: "INR",
  idOf: (kind: string, name: string) => `${kind} ${name}`,
};

const perThousand: PriceInput = {
  model: "package",
  packageUnits: 1_000n,
  packageAmount: "1",
  roundUp: false,
};
const calls: ChargeInput = {
  name: "API calls",
  meterId: "",
  endpointPatterns: [],
  includedUnits: 0n,
  inAdvance: false,
  sac: "",
  price: perThousand,
};
const monthly: LimitInput = {
  name: "monthly calls",
  meterId: "",
  window: "month",
  quota: 1_000n,
  enforcement: "hard",
  ratePerSecondMilli: 0n,
  ratePerMinute: 0n,
  burst: 0n,
  failureMode: "default",
  openBudgetCalls: 0n,
  headroomPercent: 0,
};
const perSecond: LimitInput = {
  ...{ ...monthly, name: "ten a second", window: undefined, quota: 0n, enforcement: undefined },
  ...{ ratePerSecondMilli: 10_000n, burst: 20n },
};
const plan: PlanInput = {
  name: "Pay as you go",
  currency: "",
  interval: "monthly",
  charges: [calls],
  limits: [monthly],
  taxInclusive: false,
  trialDays: 0,
  minimumAmount: "",
  maximumAmount: "",
};

function faultsOf(input: PlanInput): string[] {
  try {
    parsePlan(input, context);
    return [];
  } catch (error) {
    assert.ok(error instanceof DomainError);
    assert.equal(error.kind, "invalid");
    return (error.violations ?? []).map(({ field, reason }) => `${field} ${reason}`);
  }
}

const withPrice = (price: PriceInput | undefined) => ({ ...plan, charges: [{ ...calls, price }] });
const tier = (upTo: bigint, unitAmount = "1") => ({ upTo, unitAmount, flatAmount: "" });

describe("a plan that is right", () => {
  it("is taken, in the account's currency, counting calls", () => {
    const terms = parsePlan(plan, context);
    assert.equal(terms.currency, "INR");
    assert.equal(terms.charges[0]?.meterId, accountId);
    assert.equal(terms.charges[0]?.chargeId, "charge API calls");
    assert.equal(terms.limits[0]?.limitId, "limit monthly calls");
  });

  it("may charge for any meter, and limit one that adds up", () => {
    const charges = [credits, cities].map((meterId) => ({ ...calls, name: meterId, meterId }));
    const limits = [{ ...monthly, meterId: credits.toUpperCase() }];
    const terms = parsePlan({ ...plan, charges, limits }, context);
    assert.deepEqual(
      terms.charges.map(({ meterId }) => meterId),
      [credits, cities],
    );
    assert.equal(terms.limits[0]?.meterId, credits);
  });

  it("may charge nothing and limit nothing", () => {
    assert.deepEqual(faultsOf({ ...plan, charges: [], limits: [] }), []);
  });

  it("may count over any window, and limit the rate", () => {
    const windows = (["minute", "hour", "day", "total"] as const).map((window) => {
      return { ...monthly, name: `a ${window}`, window };
    });
    const terms = parsePlan({ ...plan, limits: [...windows, perSecond] }, context);
    assert.deepEqual(
      terms.limits.map(({ window }) => window),
      ["minute", "hour", "day", "total", undefined],
    );
    const { ratePerSecondMilli, burst, enforcement } = terms.limits[4] ?? {};
    assert.deepEqual([ratePerSecondMilli, burst, enforcement], [10_000n, 20n, "hard"]);
  });

  it("may count over the billing period, softly", () => {
    const soft: LimitInput = { ...monthly, window: "period", enforcement: "soft" };
    assert.deepEqual(faultsOf({ ...plan, limits: [soft] }), []);
  });
});

const cases: [string, PlanInput, string[]][] = [
  ["has no name", { ...plan, name: "  " }, ["plan.name MISSING"]],
  ["has a name of 101 characters", { ...plan, name: "x".repeat(101) }, ["plan.name TOO_LONG"]],
  ["has a name of two lines", { ...plan, name: "a\nb" }, ["plan.name CONTROL_CHARACTER"]],
  ["has no such currency", { ...plan, currency: "RUP" }, ["plan.currency CURRENCY_UNKNOWN"]],
  [
    "has a negative price",
    withPrice({ model: "per-unit", unitAmount: "-0.01" }),
    ["plan.charges[0].per_unit.unit_amount NEGATIVE_PRICE"],
  ],
  [
    "has a price of 30 decimals",
    withPrice({ model: "per-unit", unitAmount: `0.${"1".repeat(30)}` }),
    ["plan.charges[0].per_unit.unit_amount DECIMAL_TOO_PRECISE"],
  ],
  [
    "has a price that is no number",
    withPrice({ model: "flat", amount: "1e3" }),
    ["plan.charges[0].flat.amount DECIMAL_MALFORMED"],
  ],
  [
    "has packages of no units",
    withPrice({ ...perThousand, packageUnits: 0n }),
    ["plan.charges[0].package.package_units PACKAGE_UNITS_OUT_OF_RANGE"],
  ],
  ["has no price", withPrice(undefined), ["plan.charges[0] MISSING"]],
  [
    "has a price of a kind not offered",
    withPrice({ model: "other", name: "percentage" }),
    ["plan.charges[0].percentage UNSUPPORTED_PRICE"],
  ],
  [
    "has no tier for much usage",
    withPrice({ model: "graduated", tiers: [tier(10n), tier(20n)] }),
    ["plan.charges[0].graduated.tiers[1].up_to TIER_GAP"],
  ],
  [
    "has no tiers",
    withPrice({ model: "graduated", tiers: [] }),
    ["plan.charges[0].graduated.tiers[0].up_to TIER_GAP"],
  ],
  [
    "has overlapping tiers",
    withPrice({ model: "graduated", tiers: [tier(20n), tier(10n), tier(0n)] }),
    ["plan.charges[0].graduated.tiers[1].up_to TIER_OUT_OF_ORDER"],
  ],
  [
    "has a tier after the last",
    withPrice({ model: "graduated", tiers: [tier(0n), tier(0n)] }),
    ["plan.charges[0].graduated.tiers[0].up_to TIER_OUT_OF_ORDER"],
  ],
  [
    "limits no window",
    { ...plan, limits: [{ ...monthly, window: undefined }] },
    ["plan.limits[0].window MISSING"],
  ],
  [
    "has a rate without a pace, with a window",
    { ...plan, limits: [{ ...monthly, burst: 5n }] },
    ["plan.limits[0].rate_per_second_milli RATE_MISSING", "plan.limits[0] RATE_AND_QUOTA"],
  ],
  [
    "has a soft rate without a burst",
    { ...plan, limits: [{ ...perSecond, burst: 0n, enforcement: "soft" }] },
    ["plan.limits[0].burst BURST_OUT_OF_RANGE", "plan.limits[0] RATE_AND_QUOTA"],
  ],
  [
    "limits twice by one name",
    { ...plan, limits: [monthly, { ...monthly, name: "Monthly Calls" }] },
    ["plan.limits[1].name NAME_REPEATED"],
  ],
  [
    "prices a meter of somebody else",
    { ...plan, charges: [{ ...calls, meterId: newId() }] },
    ["plan.charges[0].meter_id METER_NOT_FOUND"],
  ],
  [
    "limits distinct values, and a meter of somebody else",
    {
      ...plan,
      limits: [cities, newId()].map((meterId) => ({ ...monthly, name: meterId, meterId })),
    },
    ["plan.limits[0].meter_id METER_NOT_LIMITABLE", "plan.limits[1].meter_id METER_NOT_FOUND"],
  ],
  [
    "is quarterly, with a trial and a minimum",
    { ...plan, interval: "quarterly", trialDays: 7, minimumAmount: "5" },
    ["plan.interval NOT_OFFERED", "plan.trial_days NOT_OFFERED", "plan.minimum_amount NOT_OFFERED"],
  ],
];

describe("a plan that is wrong is refused, with the field and the reason", () => {
  for (const [what, input, faults] of cases) {
    it(what, () => assert.deepEqual(faultsOf(input), faults));
  }

  it("says everything at once", () => {
    const price: PriceInput = { model: "graduated", tiers: [tier(10n, "-1"), tier(5n, "x")] };
    const bad = { ...withPrice(price), name: "", currency: "?" };
    assert.deepEqual(faultsOf(bad), [
      "plan.name MISSING",
      "plan.currency CURRENCY_UNKNOWN",
      "plan.charges[0].graduated.tiers[1].up_to TIER_GAP",
      "plan.charges[0].graduated.tiers[1].up_to TIER_OUT_OF_ORDER",
      "plan.charges[0].graduated.tiers[0].unit_amount NEGATIVE_PRICE",
      "plan.charges[0].graduated.tiers[1].unit_amount DECIMAL_MALFORMED",
    ]);
  });
});
