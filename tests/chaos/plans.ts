import { Enforcement, Window } from "@tollbook/contracts/metering/v1";

const hard = { enforcement: Enforcement.HARD };
const soft = { enforcement: Enforcement.SOFT };

/** As many as a plan may have: two thresholds each are told, one after the other. */
const reportedLimits = 20;

/**
 * What customers of the account under chaos may use. Those on `reported` are told of by backends,
 * which hold nothing; all others call through gates. `tight` and `paired` are used up within
 * seconds: gates take the last units from each other, in one limit or in the lesser of two.
 */
export const plans = {
  roomy: [{ name: "monthly calls", window: Window.MONTH, quota: 10n ** 9n, ...hard }],
  tight: [{ name: "monthly calls", window: Window.MONTH, quota: 300n, ...hard }],
  paired: [
    { name: "monthly calls", window: Window.MONTH, quota: 400n, ...hard },
    { name: "calls of a period", window: Window.PERIOD, quota: 350n, ...hard },
  ],
  reported: Array.from({ length: reportedLimits }, (_, at) => {
    const quota = BigInt(Math.round(40 * 1.25 ** at));
    return { name: `calls up to ${quota}`, window: Window.MONTH, quota, ...soft };
  }),
} as const;

type PlannedLimit = { name: string; quota: bigint; enforcement: Enforcement };

export type PlanName = keyof typeof plans;

/** What a hard limit of a plan allows in one window; undefined if the plan has no such limit. */
export function hardQuotaOf(plan: PlanName, limitName: string): number | undefined {
  const limits: readonly PlannedLimit[] = plans[plan];
  const limit = limits.find(({ name }) => name === limitName);
  return limit?.enforcement === Enforcement.HARD ? Number(limit.quota) : undefined;
}
