import type { Violations } from "@tollbook/domain";
import { parseMeter } from "./parse-meter.ts";
import { noteRepeats, parseName } from "./parse-name.ts";
import type { Charge } from "./plan.ts";
import type { ChargeInput, PlanContext } from "./plan-input.ts";
import { parsePrice } from "./price/parse-price.ts";

/** An invoice with more lines than this explains nothing. */
const CHARGES_MAX = 50;

const NAME_LENGTH_MAX = 100;

/** More units than any API of our users serves in a year. */
const INCLUDED_UNITS_MAX = 10n ** 15n;

const SAC = /^\d{6}$/;

export function parseCharges(
  inputs: readonly ChargeInput[],
  context: PlanContext,
  faults: Violations,
): Charge[] {
  const field = "plan.charges";
  if (inputs.length > CHARGES_MAX) {
    faults.add(field, "TOO_MANY_CHARGES", `At most ${CHARGES_MAX} charges.`);
    return [];
  }
  const charges = inputs.map((input, index) => {
    return parseCharge(input, `${field}[${index}]`, context, faults);
  });
  const names = charges.map(({ name }) => name);
  noteRepeats(names, (index) => `${field}[${index}].name`, faults);
  return charges;
}

function parseCharge(
  input: ChargeInput,
  field: string,
  context: PlanContext,
  faults: Violations,
): Charge {
  const name = parseName(input.name, `${field}.name`, NAME_LENGTH_MAX, faults);
  const price = parsePrice(input.price, field, faults);
  const isFlat = input.price?.model === "flat";
  refuseUnoffered(input, field, faults);
  const meter = isFlat ? undefined : parseMeter(input.meterId, field, context, faults);
  if (isFlat && (input.meterId !== "" || input.includedUnits > 0n)) {
    const sentence = "A flat fee counts nothing: leave meter_id and included_units empty.";
    faults.add(field, "FLAT_FEE_COUNTS_NOTHING", sentence);
  }
  if (input.includedUnits > INCLUDED_UNITS_MAX) {
    faults.add(`${field}.included_units`, "UNITS_OUT_OF_RANGE", "At most 10^15 units.");
  }
  if (input.sac !== "" && !SAC.test(input.sac)) {
    const sentence = "A service accounting code has six digits, such as 998315.";
    faults.add(`${field}.sac`, "SAC_MALFORMED", sentence);
  }
  const { includedUnits, sac } = input;
  const meterId = meter?.meterId ?? "";
  return { chargeId: context.idOf("charge", name), name, meterId, includedUnits, sac, price };
}

function refuseUnoffered(
  { endpointPatterns, inAdvance }: ChargeInput,
  field: string,
  faults: Violations,
): void {
  if (endpointPatterns.length > 0) {
    const sentence = "Prices of single endpoints are not offered yet; leave this empty.";
    faults.add(`${field}.endpoint_patterns`, "NOT_OFFERED", sentence);
  }
  if (inAdvance) {
    const sentence = "Charging in advance is not offered yet; charge in arrears.";
    faults.add(`${field}.timing`, "NOT_OFFERED", sentence);
  }
}
