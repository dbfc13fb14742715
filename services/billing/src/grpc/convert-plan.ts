import {
  BillingInterval,
  ChargeTiming,
  Charge as ProtoCharge,
  Plan as ProtoPlan,
  type PlanLimit as ProtoPlanLimit,
} from "@tollbook/contracts/billing/v1";
import { decimalText, invalidField } from "@tollbook/domain";
import { planVersionNotFound } from "../domain/errors.ts";
import type { Charge, Plan, PlanTerms, PlanVersion } from "../domain/plan.ts";
import type { ChargeInput, LimitInput, PlanInput, PriceInput } from "../domain/plan-input.ts";
import type { Price } from "../domain/price/price.ts";
import type { Tier } from "../domain/price/tiers.ts";
import { protoEnforcement, protoFailureMode, protoLimit, protoWindow } from "./proto-words.ts";

export function fromProtoPlan(plan: ProtoPlan | undefined): PlanInput {
  if (plan === undefined) throw invalidField("plan", "MISSING", "Write the plan.");
  return {
    name: plan.name,
    currency: plan.currency,
    interval: interval[plan.interval],
    charges: plan.charges.map(fromProtoCharge),
    limits: plan.limits.map(fromProtoLimit),
    taxInclusive: plan.taxInclusive,
    trialDays: plan.trialDays,
    minimumAmount: plan.minimumAmount,
    maximumAmount: plan.maximumAmount,
  };
}

const interval = {
  [BillingInterval.UNSPECIFIED]: "monthly",
  [BillingInterval.MONTHLY]: "monthly",
  [BillingInterval.QUARTERLY]: "quarterly",
  [BillingInterval.YEARLY]: "yearly",
} as const;

function fromProtoCharge(charge: ProtoCharge): ChargeInput {
  const { name, meterId, endpointPatterns, includedUnits, sac } = charge;
  const inAdvance = charge.timing === ChargeTiming.ADVANCE;
  const price = fromProtoPrice(charge.price);
  return { name, meterId, endpointPatterns, includedUnits, sac, inAdvance, price };
}

function fromProtoPrice(price: ProtoCharge["price"]): PriceInput | undefined {
  switch (price?.$case) {
    case undefined:
      return undefined;
    case "perUnit":
      return { model: "per-unit", ...price.value };
    case "package":
      return { model: "package", ...price.value };
    case "graduated":
      return { model: "graduated", tiers: price.value.tiers };
    case "flat":
      return { model: "flat", amount: price.value.amount };
    case "volume":
    case "percentage":
      return { model: "other", name: price.$case };
    case "tieredFlat":
      return { model: "other", name: "tiered_flat" };
  }
}

function fromProtoLimit(limit: ProtoPlanLimit): LimitInput {
  const { name, meterId, quota, openBudgetCalls } = limit;
  const { ratePerSecondMilli, ratePerMinute, burst } = limit;
  return {
    ...{ name, meterId, quota, openBudgetCalls },
    ...{ ratePerSecondMilli, ratePerMinute, burst },
    headroomPercent: limit.headroomPercent,
    window: keyOf(protoWindow, limit.window),
    enforcement: keyOf(protoEnforcement, limit.enforcement),
    failureMode: keyOf(protoFailureMode, limit.failureMode) ?? "default",
  };
}

/** Our word for one of the contract's; undefined if it says nothing. */
function keyOf<K extends string>(words: Readonly<Record<K, number>>, value: number): K | undefined {
  const entries = Object.entries(words) as [K, number][];
  return entries.find(([, each]) => each === value)?.[0];
}

/** A plan in its newest version, or as its draft while nothing was published. */
export function protoPlan(plan: Plan): ProtoPlan {
  const { planId, newest, draft } = plan;
  if (newest !== undefined) return protoVersion(newest, plan.archiveTime);
  if (draft === undefined) throw planVersionNotFound(planId, 0);
  return protoDraft(plan);
}

/** A plan's draft as it stands; the newest version if there is none. */
export function protoDraft(plan: Plan): ProtoPlan {
  const { planId, newest, draft, archiveTime } = plan;
  if (draft === undefined) return protoPlan(plan);
  return ProtoPlan.fromPartial({
    ...protoTerms(draft.terms),
    planId,
    version: newest?.version ?? 0,
    draft: true,
    createTime: draft.createTime,
    ...(archiveTime && { archiveTime }),
  });
}

export function protoVersion(version: PlanVersion, archiveTime: Date | undefined): ProtoPlan {
  return ProtoPlan.fromPartial({
    ...protoTerms(version.terms),
    planId: version.planId,
    version: version.version,
    createTime: version.createTime,
    publishTime: version.publishTime,
    ...(archiveTime && { archiveTime }),
  });
}

function protoTerms({ name, currency, charges, limits }: PlanTerms) {
  return {
    name,
    currency,
    interval: BillingInterval.MONTHLY,
    charges: charges.map(protoCharge),
    limits: limits.map(protoLimit),
  };
}

function protoCharge({ chargeId, name, meterId, includedUnits, sac, price }: Charge): ProtoCharge {
  return ProtoCharge.fromPartial({
    ...{ chargeId, name, meterId, includedUnits, sac },
    timing: ChargeTiming.ARREARS,
    price: protoPrice(price),
  });
}

function protoPrice(price: Price): NonNullable<ProtoCharge["price"]> {
  switch (price.model) {
    case "per-unit":
      return { $case: "perUnit", value: { unitAmount: decimalText(price.unitAmount) } };
    case "package": {
      const { packageUnits, packageAmount, roundUp } = price;
      const value = { packageUnits, packageAmount: decimalText(packageAmount), roundUp };
      return { $case: "package", value };
    }
    case "graduated":
      return { $case: "graduated", value: { tiers: price.tiers.map(protoTier) } };
    case "flat":
      return { $case: "flat", value: { amount: decimalText(price.amount) } };
  }
}

function protoTier({ upTo, unitAmount, flatAmount }: Tier) {
  return {
    upTo: upTo ?? 0n,
    unitAmount: decimalText(unitAmount),
    flatAmount: decimalText(flatAmount),
  };
}
