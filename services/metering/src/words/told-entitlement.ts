import type { BillingPeriod, Entitlement, PlanLimit } from "@tollbook/contracts/billing/v1";
import { Enforcement } from "@tollbook/contracts/metering/v1";
import { type Interval, interval, rateOf } from "@tollbook/domain";
import type { ToldEntitlement } from "../app/reference-store.ts";
import type { RateTerms } from "../domain/rate-limit.ts";
import type { LimitTerms } from "../domain/usage-limit.ts";
import { fromProtoFailureMode, fromProtoWindow } from "./proto-limits.ts";

/** An entitlement as billing tells it. Throws a plain Error if it makes no sense. */
export function toldEntitlement(accountId: string, entitlement: Entitlement): ToldEntitlement {
  const { customerId, subscriptionId, isDefault, timeZone, planName } = entitlement;
  const { version, revision, effectiveTime: startTime, endTime } = entitlement;
  if (startTime === undefined) throw new Error("an entitlement says since when it holds");
  return {
    ...{ customerId, subscriptionId, isDefault, timeZone, planName, version, revision },
    ...{ startTime, endTime },
    thresholdPercents: entitlement.thresholdPercents,
    periods: entitlement.periods.flatMap(periodOf),
    limits: entitlement.limits.flatMap((limit) => {
      return planLimit(accountId, subscriptionId, customerId, limit);
    }),
    rates: entitlement.limits.flatMap((limit) => planRate(subscriptionId, customerId, limit)),
  };
}

function periodOf({ startTime, endTime }: BillingPeriod): Interval[] {
  if (startTime === undefined || endTime === undefined) return [];
  return [interval(startTime, endTime)];
}

function planRate(subjectId: string, customerId: string, limit: PlanLimit): RateTerms[] {
  const rate = rateOf(limit);
  if (rate === undefined) return [];
  const { limitId, name, openBudgetCalls } = limit;
  const failureMode = fromProtoFailureMode(limit.failureMode);
  return [{ limitId, name, subjectId, customerId, ...rate, failureMode, openBudgetCalls }];
}

/** Rates are no quotas: they have no window. */
function planLimit(
  accountId: string,
  subjectId: string,
  customerId: string,
  limit: PlanLimit,
): LimitTerms[] {
  const window = fromProtoWindow(limit.window);
  if (window === undefined) return [];
  const { limitId, name, meterId, quota, headroomPercent, openBudgetCalls } = limit;
  const owner = { limitId, name, subjectId, customerId, meterId: meterId || accountId };
  const hard = limit.enforcement !== Enforcement.SOFT;
  const failureMode = fromProtoFailureMode(limit.failureMode);
  return [{ ...owner, window, quota, hard, headroomPercent, failureMode, openBudgetCalls }];
}
