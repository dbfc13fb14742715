import { DomainError, idTime } from "@tollbook/domain";
import { defaultMeter, type Meter } from "../domain/meter.ts";

/** All meters of an account: so far the default one, which is as old as the account's id. */
export function listMeters(accountId: string): readonly Meter[] {
  return [defaultMeter(accountId, idTime(accountId))];
}

/** One meter; "not-found" METER_NOT_FOUND. */
export function getMeter(accountId: string, meterId: string): Meter {
  const meter = listMeters(accountId).find((one) => one.meterId === meterId);
  if (meter !== undefined) return meter;
  throw new DomainError("not-found", "METER_NOT_FOUND", "There is no such meter.", { meterId });
}
