import { newId } from "@tollbook/domain";
import { checkMeter, type MeterInput } from "../domain/check-meter.ts";
import { DEFAULT_NAME, type Meter, startTimeOf } from "../domain/meter.ts";
import { meterNameInUse, tooManyMeters } from "../domain/meter-errors.ts";
import type { Needs, Store } from "./needs.ts";

/** Each is looked at for each call. */
const METERS_MAX = 100;

/**
 * Defines a meter. Throws "invalid" INVALID_REQUEST, "conflict" METER_NAME_IN_USE,
 * "failed-precondition" TOO_MANY_METERS.
 */
export function createMeter({ clock }: Needs) {
  return async ({ meters }: Store, input: MeterInput): Promise<Meter> => {
    const { statusClasses, weights, ...terms } = checkMeter(input);
    await meters.close();
    const names = await meters.namesInUse();
    if (names.size >= METERS_MAX) throw tooManyMeters(METERS_MAX);
    refuseNameInUse(names, terms.name);
    const now = clock.now();
    const effectiveTime = startTimeOf(terms, now);
    const meter: Meter = {
      ...{ meterId: newId(), ...terms, createTime: now, archiveTime: undefined },
      versions: [{ effectiveTime, statusClasses, weights }],
    };
    await meters.add(meter);
    await meters.raise();
    return meter;
  };
}

/** Throws "conflict" METER_NAME_IN_USE; `meterId` may keep its own. */
export function refuseNameInUse(
  names: ReadonlyMap<string, string>,
  name: string,
  meterId?: string,
): void {
  const key = name.toLowerCase();
  const holder = names.get(key);
  const isTaken = holder !== undefined && holder !== meterId;
  if (isTaken || key === DEFAULT_NAME) throw meterNameInUse(name);
}
