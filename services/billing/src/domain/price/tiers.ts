import { type Big, type Violations, ZERO } from "@tollbook/domain";
import { priceAmount } from "./price-amount.ts";

export interface TierInput {
  /** 0 means no upper bound. */
  readonly upTo: bigint;
  /** Empty means 0. */
  readonly unitAmount: string;
  /** Empty means 0. */
  readonly flatAmount: string;
}

/** A slice of usage and its price. */
export interface Tier {
  /** The last unit of the tier; null in the last tier. */
  readonly upTo: bigint | null;
  readonly unitAmount: Big;
  /** Charged once when at least one unit falls into the tier. */
  readonly flatAmount: Big;
}

/** A price list longer than this is read by no one. */
const TIERS_MAX = 50;

/**
 * Tiers that cover every quantity once: bounds ascending, only the last without a bound. Notes
 * NEGATIVE_PRICE, TIER_GAP, TIER_OUT_OF_ORDER and TOO_MANY_TIERS.
 */
export function parseTiers(
  inputs: readonly TierInput[],
  field: string,
  faults: Violations,
): Tier[] {
  if (inputs.length > TIERS_MAX) {
    faults.add(field, "TOO_MANY_TIERS", `At most ${TIERS_MAX} tiers.`);
    return [];
  }
  checkBounds(inputs, field, faults);
  return inputs.map(({ upTo, unitAmount, flatAmount }, index) => ({
    upTo: upTo === 0n ? null : upTo,
    unitAmount: amountOrZero(unitAmount, `${field}[${index}].unit_amount`, faults),
    flatAmount: amountOrZero(flatAmount, `${field}[${index}].flat_amount`, faults),
  }));
}

function checkBounds(inputs: readonly TierInput[], field: string, faults: Violations): void {
  const last = inputs.at(-1);
  if (last === undefined || last.upTo !== 0n) {
    const sentence = "Usage above the last tier has no price: leave out the last tier's up_to.";
    faults.add(`${field}[${Math.max(inputs.length - 1, 0)}].up_to`, "TIER_GAP", sentence);
  }
  let previous = 0n;
  for (const [index, { upTo }] of inputs.entries()) {
    const isLast = index === inputs.length - 1;
    const ascends = upTo > previous || (upTo === 0n && isLast);
    if (!ascends) {
      const sentence = "Each tier must end above the one before; only the last has no end.";
      faults.add(`${field}[${index}].up_to`, "TIER_OUT_OF_ORDER", sentence);
    }
    if (upTo > previous) previous = upTo;
  }
}

function amountOrZero(text: string, field: string, faults: Violations): Big {
  return text === "" ? ZERO : priceAmount(text, field, faults);
}
