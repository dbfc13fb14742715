import type { Plan } from "../../api/shapes.ts";

/** Inputs are named by the field's path in the API, which is what its complaints name. */
export const fieldNames = {
  name: "plan.name",
  amount: "plan.charges[0].package.packageAmount",
  units: "plan.charges[0].package.packageUnits",
  included: "plan.charges[0].includedUnits",
  quota: "plan.limits[0].quota",
  enforcement: "plan.limits[0].enforcement",
} as const;

/** The plan a filled-in form stands for: without a price it is free, without a quota unlimited. */
export function planOf(fields: Record<string, string>, currency: string): Plan {
  const of = (name: keyof typeof fieldNames) => (fields[fieldNames[name]] ?? "").trim();
  const price = {
    name: "API calls",
    includedUnits: of("included") || "0",
    package: { packageUnits: of("units"), packageAmount: of("amount"), roundUp: false },
  };
  const limit = {
    name: "monthly calls",
    window: "WINDOW_MONTH",
    quota: of("quota"),
    enforcement: of("enforcement"),
    ratePerSecondMilli: "0",
  };
  return {
    ...newPlan,
    name: of("name"),
    currency,
    charges: of("amount") === "" ? [] : [price],
    limits: of("quota") === "" ? [] : [limit],
  };
}

/** What the service gives is left out of a request by being undefined. */
const newPlan = {
  planId: undefined,
  version: undefined,
  draft: undefined,
  createTime: undefined,
} as unknown as Plan;
