import {
  type BillingPeriod,
  Entitlement as ProtoEntitlement,
  type Party as ProtoParty,
  PlanLimit as ProtoPlanLimit,
} from "@tollbook/contracts/billing/v1";
import { Enforcement, FailureMode, Window as ProtoWindow } from "@tollbook/contracts/metering/v1";
import type { Money as ProtoMoney } from "@tollbook/contracts/money/v1";
import { amountText, type Big, type Interval, type Window } from "@tollbook/domain";
import type { Entitlement } from "../domain/entitlement.ts";
import type { Party } from "../domain/party.ts";
import type { PlanLimit } from "../domain/plan.ts";

/** Our words in the contract's: what several doors and the events say alike. */
export function protoMoney(currency: string, amount: Big): ProtoMoney {
  return { currency, amount: amountText({ currency, amount }) };
}

export function protoParty({ addressLines, ...party }: Party): ProtoParty {
  return { ...party, addressLines: [...addressLines] };
}

export function protoEntitlement(entitlement: Entitlement): ProtoEntitlement {
  return ProtoEntitlement.fromPartial({
    customerId: entitlement.customerId,
    subscriptionId: entitlement.subscriptionId,
    isDefault: entitlement.isDefault,
    timeZone: entitlement.timeZone,
    periods: entitlement.periods.map(protoPeriod),
    limits: entitlement.limits.map(protoLimit),
    planName: entitlement.planName,
    version: entitlement.version,
    revision: entitlement.revision,
    effectiveTime: entitlement.effectiveTime,
    ...(entitlement.endTime && { endTime: entitlement.endTime }),
    thresholdPercents: [...entitlement.thresholdPercents],
  });
}

export function protoLimit(limit: PlanLimit): ProtoPlanLimit {
  return ProtoPlanLimit.fromPartial({
    limitId: limit.limitId,
    name: limit.name,
    meterId: limit.meterId,
    ...(limit.window && { window: protoWindow[limit.window] }),
    quota: limit.quota,
    enforcement: protoEnforcement[limit.enforcement],
    failureMode: protoFailureMode[limit.failureMode],
    openBudgetCalls: limit.openBudgetCalls,
    headroomPercent: limit.headroomPercent,
    ratePerSecondMilli: limit.ratePerSecondMilli,
    ratePerMinute: limit.ratePerMinute,
    burst: limit.burst,
  });
}

function protoPeriod({ start, end }: Interval): BillingPeriod {
  return { startTime: start, endTime: end };
}

export const protoWindow: Readonly<Record<Window, ProtoWindow>> = {
  minute: ProtoWindow.MINUTE,
  hour: ProtoWindow.HOUR,
  day: ProtoWindow.DAY,
  month: ProtoWindow.MONTH,
  period: ProtoWindow.PERIOD,
  total: ProtoWindow.TOTAL,
};

export const protoEnforcement: Readonly<Record<"hard" | "soft", Enforcement>> = {
  hard: Enforcement.HARD,
  soft: Enforcement.SOFT,
};

export const protoFailureMode: Readonly<Record<"default" | "closed" | "open", FailureMode>> = {
  default: FailureMode.UNSPECIFIED,
  closed: FailureMode.CLOSED,
  open: FailureMode.OPEN,
};
