import { type Big, contains, type Interval, monthContaining } from "@tollbook/domain";
import type { Charge, PlanTerms } from "./plan.ts";
import { type RatedCharge, rateCharge } from "./rate-charge.ts";
import { shareOf } from "./share.ts";
import type { Stretch } from "./subscription.ts";
import { CALLS, UNITS } from "./wording.ts";

/** Usage of one meter in one stretch of a period, as metering counted it. */
export interface UsageSum {
  readonly start: Date;
  readonly end: Date;
  readonly meterId: string;
  readonly units: bigint;
}

export interface PeriodToRate {
  readonly period: Interval;
  /** The default meter, whose units are calls; it bears the account's id. */
  readonly callsMeterId: string;
  /** The zone its months are in. */
  readonly zone: string;
  readonly stretches: readonly Stretch[];
  readonly usage: readonly UsageSum[];
  readonly termsOf: (stretch: Stretch) => PlanTerms;
}

/** A charge of one stretch, rated. */
export interface RatedLine extends RatedCharge {
  readonly stretch: Stretch;
  readonly charge: Charge;
}

/**
 * The lines of a period: each stretch by its own plan version, each charge in the plan's order.
 * A pure function of sealed usage and published versions, so it gives the same lines each time.
 */
export function ratePeriod(request: PeriodToRate): RatedLine[] {
  checkUsage(request);
  return request.stretches.flatMap((stretch) => {
    const share = shareOf(stretch, monthContaining(stretch.start, request.zone));
    const terms = request.termsOf(stretch);
    return terms.charges.map((charge) => {
      const units = unitsIn(stretch, charge.meterId, request.usage);
      const unit = charge.meterId === request.callsMeterId ? CALLS : UNITS;
      const wording = { currency: terms.currency, unit };
      return { stretch, charge, ...rateCharge(charge, units, share, wording) };
    });
  });
}

export function sumOf(lines: readonly { readonly amount: Big }[], zero: Big): Big {
  return lines.reduce((sum, { amount }) => sum.plus(amount), zero);
}

function unitsIn(stretch: Stretch, meterId: string, usage: readonly UsageSum[]): bigint {
  return usage
    .filter((sum) => sum.meterId === meterId && contains(stretch, sum.start))
    .reduce((units, sum) => units + sum.units, 0n);
}

/** Usage that lies in no stretch would be lost, or in two, doubled: crash, never guess. */
function checkUsage({ usage, stretches }: PeriodToRate): void {
  for (const { start, end } of usage) {
    const stretch = stretches.find((each) => contains(each, start));
    if (stretch === undefined || end.getTime() > stretch.end.getTime()) {
      throw new Error(`usage from ${start.toISOString()} lies across the stretches of its period`);
    }
  }
}
