import { Enforcement, Window } from "@tollbook/contracts/metering/v1";

const hard = { enforcement: Enforcement.HARD };
const soft = { enforcement: Enforcement.SOFT };

/** As many as a plan may have: two thresholds each are told, one after the other. */
const reportedLimits = 20;

/**
 * What customers of the account under chaos may use. Those on `reported` are told of by backends,
 * which hold nothing; all others call through gates. `tight`, `paired` and `keyed` are used up within
 * seconds: gates take the last units from each other, in one limit, in the lesser of two, or in that
 * of one key. `minutely` is used up and starts anew with each minute, until its day is used up too.
 */
export const plans = {
  roomy: [{ name: "monthly calls", window: Window.MONTH, quota: 10n ** 9n, ...hard }],
  tight: [{ name: "monthly calls", window: Window.MONTH, quota: 150n, ...hard }],
  paired: [
    { name: "monthly calls", window: Window.MONTH, quota: 150n, ...hard },
    { name: "calls of a period", window: Window.PERIOD, quota: 120n, ...hard },
  ],
  keyed: [{ name: "monthly calls", window: Window.MONTH, quota: 10n ** 9n, ...hard }],
  minutely: [
    { name: "calls of a minute", window: Window.MINUTE, quota: 100n, ...hard },
    { name: "calls of a day", window: Window.DAY, quota: 1_000n, ...hard },
  ],
  reported: Array.from({ length: reportedLimits }, (_, at) => {
    const quota = BigInt(Math.round(40 * 1.25 ** at));
    return { name: `calls up to ${quota}`, window: Window.MONTH, quota, ...soft };
  }),
} as const;

/** Limits of each key of a customer on the plan, always hard. */
export const keyLimits: Partial<Record<PlanName, readonly PlannedKeyLimit[]>> = {
  keyed: [{ name: "calls of a key", window: "month", quota: 120n }],
};

type PlannedKeyLimit = { name: string; window: string; quota: bigint };
type PlannedLimit = { name: string; quota: bigint; enforcement: Enforcement };

export type PlanName = keyof typeof plans;

/** What a hard limit of a plan or its keys allows in one window; undefined if there is none such. */
export function hardQuotaOf(plan: PlanName, limitName: string): number | undefined {
  const ofKeys = (keyLimits[plan] ?? []).map((limit) => ({ ...limit, ...hard }));
  const limits: readonly PlannedLimit[] = [...plans[plan], ...ofKeys];
  const limit = limits.find(({ name }) => name === limitName);
  return limit?.enforcement === Enforcement.HARD ? Number(limit.quota) : undefined;
}
