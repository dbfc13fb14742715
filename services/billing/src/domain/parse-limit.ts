import type { Violations } from "@tollbook/domain";
import { parseMeter } from "./parse-meter.ts";
import { noteRepeats, parseName } from "./parse-name.ts";
import type { PlanLimit } from "./plan.ts";
import type { LimitInput, PlanContext } from "./plan-input.ts";

/** A call takes a lease of each limit that applies: more would make every call slow. */
const LIMITS_MAX = 20;

/** Names stand in e-mails and on screens. */
const NAME_LENGTH_MAX = 60;

/** More units than any API of our users serves in a year. */
const QUOTA_MAX = 10n ** 15n;

const HEADROOM_PERCENT_MAX = 100;

export function parseLimits(
  inputs: readonly LimitInput[],
  context: PlanContext,
  faults: Violations,
): PlanLimit[] {
  const field = "plan.limits";
  if (inputs.length > LIMITS_MAX) {
    faults.add(field, "TOO_MANY_LIMITS", `At most ${LIMITS_MAX} limits.`);
    return [];
  }
  const limits = inputs.map((input, index) => {
    return parseLimit(input, `${field}[${index}]`, context, faults);
  });
  const names = limits.map(({ name }) => name);
  noteRepeats(names, (index) => `${field}[${index}].name`, faults);
  return limits;
}

function parseLimit(
  input: LimitInput,
  field: string,
  context: PlanContext,
  faults: Violations,
): PlanLimit {
  const name = parseName(input.name, `${field}.name`, NAME_LENGTH_MAX, faults);
  checkKind(input, field, faults);
  const meter = parseMeter(input.meterId, field, context, faults);
  if (!meter.addsUp) {
    const sentence = "A limit stands on a meter that counts or sums, not on this one.";
    faults.add(`${field}.meter_id`, "METER_NOT_LIMITABLE", sentence);
  }
  if (input.quota < 0n || input.quota > QUOTA_MAX) {
    faults.add(`${field}.quota`, "UNITS_OUT_OF_RANGE", "0 to 10^15 units.");
  }
  if (input.headroomPercent > HEADROOM_PERCENT_MAX) {
    const sentence = `0 to ${HEADROOM_PERCENT_MAX} percent.`;
    faults.add(`${field}.headroom_percent`, "HEADROOM_OUT_OF_RANGE", sentence);
  }
  return {
    limitId: context.idOf("limit", name),
    name,
    meterId: meter.meterId,
    window: input.window ?? "month",
    quota: input.quota,
    enforcement: input.enforcement ?? "hard",
    failureMode: input.failureMode,
    openBudgetCalls: input.openBudgetCalls,
    headroomPercent: input.headroomPercent,
  };
}

/** Monthly quotas are what gates enforce today; the rest is said, never guessed at. */
function checkKind(input: LimitInput, field: string, faults: Violations): void {
  if (input.ratePerSecondMilli > 0n || input.burst > 0n) {
    const sentence = "Rate limits are not offered yet; set a quota over a month or period.";
    faults.add(`${field}.rate_per_second_milli`, "NOT_OFFERED", sentence);
  }
  if (input.window === undefined) {
    faults.add(`${field}.window`, "MISSING", "Say what it counts over: a month or period.");
  } else if (input.window !== "month" && input.window !== "period") {
    const sentence = `Quotas over a ${input.window} are not offered yet; use a month or period.`;
    faults.add(`${field}.window`, "NOT_OFFERED", sentence);
  }
  if (input.enforcement === undefined) {
    const sentence = "Say what becomes of calls over it: hard refuses, soft charges.";
    faults.add(`${field}.enforcement`, "MISSING", sentence);
  }
}
