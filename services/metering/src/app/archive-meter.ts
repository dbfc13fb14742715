import { type Meter, nextChangeTime } from "../domain/meter.ts";
import { meterIsDefault } from "../domain/meter-errors.ts";
import { knownMeter } from "./get-meter.ts";
import type { Needs, Store } from "./needs.ts";

/**
 * Stops a meter at the next change time; one that was stopped stays as it is. Throws "not-found"
 * METER_NOT_FOUND, "failed-precondition" METER_IS_DEFAULT.
 */
export function archiveMeter({ clock }: Needs) {
  return async (store: Store, meterId: string): Promise<Meter> => {
    if (meterId === store.accountId) throw meterIsDefault(meterId);
    const { meters } = store;
    await meters.close();
    const meter = await knownMeter(store, meterId);
    if (meter.archiveTime !== undefined) return meter;
    const archiveTime = nextChangeTime(clock.now());
    await meters.archive(meterId, archiveTime);
    await meters.raise();
    return { ...meter, archiveTime };
  };
}
