import type { Admission } from "./admission.ts";
import { UNKNOWN } from "./admission.ts";
import type { Bundle } from "./bundle.ts";
import type { FailureMode, LimitTerms } from "./lease-protocol.ts";
import type { Take, Terms } from "./terms.ts";
import { admittedBy, limitedBy, moreLasting, refusedBy } from "./terms.ts";

/** A moment on both clocks: elapsed, and business time. */
export interface Moment {
  readonly now: number;
  readonly businessMs: number;
}

/**
 * Decides a call while metering cannot be reached: first what the gate still holds, then each
 * limit's failure mode. A limit known to be used up in its running window stays so: nothing gives
 * consumed units back, and an outage must not open what was shut.
 */
export function admitUnanswered(
  bundle: Bundle,
  { now, businessMs }: Moment,
  gateId: string,
  accountMode: FailureMode,
): Admission {
  const { terms } = bundle;
  if (terms === undefined) return withinBudget(bundle, accountMode);
  const usedUp = terms.takes.filter((take) => isUsedUp(take, businessMs));
  const worst = usedUp.reduce<Take | undefined>(moreLasting, undefined);
  if (worst !== undefined) return refusedBy(worst, now, businessMs);
  if (terms.takes.length + terms.rates.length === 0) {
    return withinBudget(bundle, bundleMode(terms, accountMode));
  }
  if (terms.covers(now, businessMs)) {
    terms.take(now);
    return terms.admitted;
  }
  const dry = terms.rates.filter(({ share }) => !share.covers(now) && share.isLive(now));
  if (dry.length > 0) return limitedBy(dry, now);
  const covered = terms.takes.filter(({ lease, cost }) => lease.covers(cost, now, businessMs));
  const open = terms.takes.filter((take) => !covered.includes(take));
  const ended = terms.rates.filter(({ share }) => !share.covers(now));
  const budgets = [
    ...open.map(({ lease, limit }) => ({ budget: lease, limit })),
    ...ended.map(({ share, limit }) => ({ budget: share, limit })),
  ];
  if (!budgets.every((one) => mayPassOpen(one, accountMode))) return UNKNOWN;
  for (const { lease, cost } of covered) lease.unspent -= cost;
  for (const { share } of terms.rates)
    if (!ended.some((one) => one.share === share)) share.take(now);
  for (const { budget } of budgets) budget.openCalls += 1;
  return admittedBy(gateId, covered, true);
}

/** Let through without holding anything. */
const FAILED_OPEN = admittedBy("", [], true);

/** The stricter of two failure modes: closed, or the smaller budget. */
export function stricter(one: FailureMode, other: FailureMode): FailureMode {
  if (one.kind === "closed") return one;
  if (other.kind === "closed") return other;
  return one.budgetCalls <= other.budgetCalls ? one : other;
}

/** What decides for a bundle as a whole: the strictest of its limits, or the account's default. */
export function bundleMode(terms: Terms | undefined, accountMode: FailureMode): FailureMode {
  const modes = (terms?.limits ?? []).map((limit) => limit.failureMode ?? accountMode);
  return modes.length === 0 ? accountMode : modes.reduce(stricter);
}

/** Lets a call through on the bundle's own budget, if its mode is open and some is left. */
export function withinBudget(bundle: Bundle, mode: FailureMode): Admission {
  if (mode.kind === "closed" || bundle.openCalls >= mode.budgetCalls) return UNKNOWN;
  bundle.openCalls += 1;
  return FAILED_OPEN;
}

/** A limit without units, and the calls it let through all the same since metering answered. */
interface Budget {
  readonly budget: { readonly openCalls: number };
  readonly limit: LimitTerms;
}

function mayPassOpen({ budget, limit }: Budget, accountMode: FailureMode): boolean {
  const mode = limit.failureMode ?? accountMode;
  return mode.kind === "open" && budget.openCalls < mode.budgetCalls;
}

function isUsedUp({ lease, limit, cost }: Take, businessMs: number): boolean {
  const none = limit.consumed >= limit.limit && limit.remaining < BigInt(cost);
  return none && lease.unspent < cost && businessMs < lease.windowEndMs;
}
