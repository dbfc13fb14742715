import { parseId } from "@tollbook/domain";
import type { Meter } from "../domain/meter.ts";
import { meterNotFound } from "../domain/meter-errors.ts";
import type { Needs, Store } from "./needs.ts";

/** One meter. Throws "invalid" ID_MALFORMED, "not-found" METER_NOT_FOUND. */
export function getMeter({ storage }: Needs) {
  return async (accountId: string, meterId: string): Promise<Meter> => {
    const id = parseId(meterId, "meter_id");
    return storage.inAccount(accountId, (store) => knownMeter(store, id));
  };
}

/** One meter; "not-found" METER_NOT_FOUND. */
export async function knownMeter({ meters }: Store, meterId: string): Promise<Meter> {
  const meter = await meters.find(meterId);
  if (meter === undefined) throw meterNotFound(meterId);
  return meter;
}
