import { DomainError, Violations } from "@tollbook/domain";
import { checkPeriod, type PeriodReference } from "../domain/sealed-period.ts";
import type { Needs } from "./needs.ts";
import type { SealedPeriod } from "./seal-periods.ts";
import { readSealedUsage } from "./sealed-usage.ts";

/**
 * The totals of a sealed period, up to a seal or the newest. They never change. Throws "invalid"
 * INVALID_REQUEST, "not-found" SEAL_NOT_FOUND.
 */
export function getSealedUsage({ storage }: Needs) {
  return async (
    accountId: string,
    reference: PeriodReference,
    sealNumber: number | undefined,
  ): Promise<SealedPeriod> => {
    const violations = new Violations();
    const period = checkPeriod(violations, "period", reference);
    violations.throwIfAny();
    if (period === undefined) throw new Error("a period without faults was not given");
    return storage.inAccount(accountId, async (store) => {
      const [seal] = await store.seals.findSeals([{ ...period, sealNumber }]);
      if (seal === undefined) {
        const sentence = "This period has no such seal.";
        throw new DomainError("not-found", "SEAL_NOT_FOUND", sentence, {
          subscriptionId: period.subscriptionId,
        });
      }
      const meters = await store.meters.set(period.start);
      const read = { ...period, sealNumber: seal.sealNumber };
      const [usage = []] = await readSealedUsage(store, meters, [read]);
      return { period, seal, usage };
    });
  };
}
