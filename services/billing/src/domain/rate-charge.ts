import { Big, formatDecimal, minorUnits } from "@tollbook/domain";
import { rounded } from "./fraction.ts";
import type { Charge } from "./plan.ts";
import { priceUnits } from "./price/price.ts";
import { includedIn, isWhole, type Share, shareText } from "./share.ts";
import { localeOf, resultText, unitsText, type Wording } from "./wording.ts";

/** What a charge comes to: the figures of an invoice line. */
export interface RatedCharge {
  readonly quantity: Big;
  /** Of what, such as "calls"; "period" for a flat fee. */
  readonly unit: string;
  /** Rounded to the smallest coin, half away from zero: the only rounding there is. */
  readonly amount: Big;
  /** The way to the amount, a step a line. */
  readonly arithmetic: readonly string[];
}

/** A charge for the units used in a stretch that is a share of a whole period. */
export function rateCharge(
  charge: Charge,
  units: bigint,
  share: Share,
  wording: Wording,
): RatedCharge {
  const { currency } = wording;
  const isFlat = charge.price.model === "flat";
  const included = isFlat ? 0n : includedIn(share, charge.includedUnits);
  const charged = units > included ? units - included : 0n;
  const priced = priceUnits(charged, charge.price, share, wording);
  const result = resultText(priced.amount, currency);
  const last = priced.expression === result ? result : `${priced.expression} = ${result}`;
  return {
    quantity: isFlat ? new Big("1") : new Big(units),
    unit: isFlat ? "period" : wording.unit.many,
    amount: rounded(priced.amount, minorUnits(currency)),
    arithmetic: [...includedSteps(charge, units, share, wording), ...priced.steps, last],
  };
}

function includedSteps(charge: Charge, units: bigint, share: Share, wording: Wording): string[] {
  const { includedUnits } = charge;
  if (charge.price.model === "flat" || includedUnits === 0n) return [];
  const included = includedIn(share, includedUnits);
  const left = units > included ? units - included : 0n;
  const text = (count: bigint) => unitsText(count, wording);
  const steps = [`${text(units)} − ${text(included)} included = ${text(left)}`];
  if (isWhole(share)) return steps;
  const locale = localeOf(wording.currency);
  const all = formatDecimal(includedUnits, locale);
  return [
    `${all} included × ${shareText(share, locale)}, rounded up = ${text(included)}`,
    ...steps,
  ];
}
