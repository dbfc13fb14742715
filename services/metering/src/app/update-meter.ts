import { Violations } from "@tollbook/domain";
import { checkName, checkValues } from "../domain/check-meter.ts";
import { type Meter, type MeterValues, nextChangeTime } from "../domain/meter.ts";
import { meterChangedTooOften, meterIsArchived } from "../domain/meter-errors.ts";
import { refuseNameInUse } from "./create-meter.ts";
import { knownMeter } from "./get-meter.ts";
import type { Needs, Store } from "./needs.ts";

/** Values a meter had are kept in memory, for usage that comes late. */
const VERSIONS_MAX = 500;

/** What may change; what is undefined stays. */
export interface MeterChange extends Partial<MeterValues> {
  readonly name?: string;
}

/**
 * Changes a meter's name at once, and its other values from the next change time on. Throws
 * "invalid" INVALID_REQUEST, "not-found" METER_NOT_FOUND, "conflict" METER_NAME_IN_USE,
 * "failed-precondition" METER_IS_ARCHIVED or METER_CHANGED_TOO_OFTEN.
 */
export function updateMeter({ clock }: Needs) {
  return async (store: Store, meterId: string, change: MeterChange): Promise<Meter> => {
    const { meters, accountId } = store;
    await meters.close();
    const meter = await knownMeter(store, meterId);
    if (meter.archiveTime !== undefined) throw meterIsArchived(meterId);
    checkChange(change, meter, accountId);
    const name = change.name?.trim();
    if (name !== undefined && name !== meter.name) {
      refuseNameInUse(await meters.namesInUse(), name, meterId);
      await meters.rename(meterId, name);
    }
    await changeValues(store, meter, change, clock.now());
    return knownMeter(store, meterId);
  };
}

function checkChange(change: MeterChange, meter: Meter, accountId: string): void {
  const { name, statusClasses = [], weights = [] } = change;
  const faults = new Violations();
  if (name !== undefined) checkName(faults, name);
  checkValues(faults, { statusClasses, weights });
  if (meter.aggregation !== "count" && weights.length > 0) {
    const sentence = "Only calls that are counted have weights; leave this empty.";
    faults.add("meter.weights", "NOT_APPLICABLE", sentence);
  }
  if (meter.meterId === accountId) {
    const sentence = "Of the default meter only status_classes can change.";
    if (name !== undefined) faults.add("meter.name", "NOT_APPLICABLE", sentence);
    if (weights.length > 0) faults.add("meter.weights", "NOT_APPLICABLE", sentence);
  }
  faults.throwIfAny();
}

/** What nobody changed takes no effect; a change that has not taken effect is replaced. */
async function changeValues({ meters }: Store, meter: Meter, change: MeterChange, now: Date) {
  const latest = meter.versions.at(-1);
  if (latest === undefined) throw new Error("a meter has no values");
  const { statusClasses = latest.statusClasses, weights = latest.weights } = change;
  if (sameValues({ statusClasses, weights }, latest)) return;
  if (meter.versions.length >= VERSIONS_MAX) {
    throw meterChangedTooOften(meter.meterId, VERSIONS_MAX);
  }
  const effectiveTime = nextChangeTime(now);
  await meters.saveVersion(meter.meterId, { effectiveTime, statusClasses, weights });
  await meters.raise();
}

function sameValues(one: MeterValues, other: MeterValues): boolean {
  return textOf(one) === textOf(other);
}

function textOf({ statusClasses, weights }: MeterValues): string {
  const costs = weights.map(({ endpointPattern, weight }) => [endpointPattern, String(weight)]);
  return JSON.stringify([[...statusClasses].sort(), costs]);
}
