import { checkRate, saysRate, type Violations } from "@tollbook/domain";
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
  const isRate = saysRate(input);
  if (isRate) checkAsRate(input, field, faults);
  else checkAsQuota(input, field, faults);
  const meterId = isRate ? context.accountId : limitableMeter(input, field, context, faults);
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
    meterId,
    window: isRate ? undefined : (input.window ?? "month"),
    quota: input.quota,
    enforcement: input.enforcement ?? "hard",
    ratePerSecondMilli: input.ratePerSecondMilli,
    ratePerMinute: input.ratePerMinute,
    burst: input.burst,
    failureMode: input.failureMode,
    openBudgetCalls: input.openBudgetCalls,
    headroomPercent: input.headroomPercent,
  };
}

/** A quota counts over a window, and says what becomes of calls over it. */
function checkAsQuota(input: LimitInput, field: string, faults: Violations): void {
  if (input.window === undefined) {
    const sentence = "Say what it counts over: a minute, hour, day, month, period or in total.";
    faults.add(`${field}.window`, "MISSING", sentence);
  }
  if (input.enforcement === undefined) {
    const sentence = "Say what becomes of calls over it: hard refuses, soft charges.";
    faults.add(`${field}.enforcement`, "MISSING", sentence);
  }
}

/** A rate has a pace and a burst, and nothing of a quota. */
function checkAsRate(input: LimitInput, field: string, faults: Violations): void {
  checkRate(input, field, faults);
  const saysQuota = input.window !== undefined || input.quota !== 0n || input.headroomPercent !== 0;
  if (saysQuota || input.enforcement === "soft") {
    const sentence = "A rate always refuses, and has no window, quota or headroom.";
    faults.add(field, "RATE_AND_QUOTA", sentence);
  }
  if (input.meterId !== "") {
    faults.add(`${field}.meter_id`, "NOT_OFFERED", "A rate counts calls; leave this empty.");
  }
}

/** The meter a quota stands on: one that adds up. */
function limitableMeter(
  input: LimitInput,
  field: string,
  context: PlanContext,
  faults: Violations,
): string {
  const meter = parseMeter(input.meterId, field, context, faults);
  if (!meter.addsUp) {
    const sentence = "A limit stands on a meter that counts or sums, not on this one.";
    faults.add(`${field}.meter_id`, "METER_NOT_LIMITABLE", sentence);
  }
  return meter.meterId;
}
