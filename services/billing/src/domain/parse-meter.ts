import type { Violations } from "@tollbook/domain";
import type { MeterRef, PlanContext } from "./plan-input.ts";

/** The meter a charge or limit names; the default one, which counts calls, if it names none. */
export function parseMeter(
  text: string,
  field: string,
  { accountId, meters }: PlanContext,
  faults: Violations,
): MeterRef {
  const meterId = text.toLowerCase();
  const calls = { meterId: accountId, addsUp: true };
  if (meterId === "" || meterId === accountId) return calls;
  const meter = meters.get(meterId);
  if (meter === undefined) {
    const sentence = "There is no such meter; leave this empty for calls.";
    faults.add(`${field}.meter_id`, "METER_NOT_FOUND", sentence);
  }
  return meter ?? calls;
}
