import {
  DomainError,
  type Interval,
  interval,
  isId,
  isQuarterHour,
  type Violations,
} from "@tollbook/domain";

/** A subscription's billing period, with the moments its plan changed. */
export interface PeriodReference {
  readonly customerId: string;
  readonly subscriptionId: string;
  readonly startTime: Date | undefined;
  readonly endTime: Date | undefined;
  readonly splitTimes: readonly Date[];
}

/** A reference that was checked, cut into stretches of one plan version each. */
export interface SealablePeriod extends Interval {
  readonly customerId: string;
  readonly subscriptionId: string;
  readonly splitTimes: readonly Date[];
  readonly stretches: readonly Interval[];
}

/** Plan versions within one period. */
const SPLITS_MAX = 100;

/** Checks a reference; notes what is wrong under `field` and gives undefined then. */
export function checkPeriod(
  violations: Violations,
  field: string,
  reference: PeriodReference,
): SealablePeriod | undefined {
  const before = violations.count;
  const { customerId, subscriptionId, startTime, endTime, splitTimes } = reference;
  for (const [name, id] of Object.entries({
    customer_id: customerId,
    subscription_id: subscriptionId,
  })) {
    if (!isId(id)) violations.add(`${field}.${name}`, "ID_MALFORMED", "Write a UUID of version 7.");
  }
  const edges = [startTime, ...splitTimes, endTime];
  const times = edges.filter((time) => time !== undefined);
  const rise = times.every(
    (time, at) => at === 0 || time.getTime() > (times[at - 1]?.getTime() ?? 0),
  );
  if (times.length < edges.length || !rise || !times.every(isQuarterHour)) {
    const sentence = "Start, splits and end are quarter hours, each later than the one before.";
    violations.add(field, "PERIOD_INVALID", sentence);
  }
  if (splitTimes.length > SPLITS_MAX) {
    violations.add(`${field}.split_times`, "TOO_MANY", `At most ${SPLITS_MAX}.`);
  }
  if (violations.count > before || startTime === undefined || endTime === undefined)
    return undefined;
  const stretches = times.slice(1).map((end, at) => interval(times[at] ?? startTime, end));
  return { customerId, subscriptionId, start: startTime, end: endTime, splitTimes, stretches };
}

/** Throws "failed-precondition" PERIOD_NOT_OVER before the period's end and the seal delay. */
export function refuseBeforeItsTime(period: SealablePeriod, sealDelayMs: number, now: Date): void {
  const sealableTime = new Date(period.end.getTime() + sealDelayMs);
  if (now.getTime() >= sealableTime.getTime()) return;
  const sealable = sealableTime.toISOString();
  throw new DomainError(
    "failed-precondition",
    "PERIOD_NOT_OVER",
    `This period may be sealed from ${sealable}: usage may still be on its way until then.`,
    { subscriptionId: period.subscriptionId, sealableTime: sealable },
  );
}
