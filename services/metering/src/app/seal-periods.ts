import { Violations } from "@tollbook/domain";
import {
  checkPeriod,
  type PeriodReference,
  refuseBeforeItsTime,
  type SealablePeriod,
} from "../domain/sealed-period.ts";
import type { Needs, Store } from "./needs.ts";
import type { Seal, StretchUsage } from "./seal-store.ts";

/** Periods sealed by one call. */
const PERIODS_MAX = 1_000;

/** A period with its newest seal and the usage over all seals up to it. */
export interface SealedPeriod {
  readonly period: SealablePeriod;
  readonly seal: Seal;
  readonly usage: readonly StretchUsage[];
}

/**
 * Closes billing periods, each in a transaction of its own, and gives the totals of each. Sealing
 * again without late usage gives the same seal. Throws "invalid" INVALID_REQUEST, and
 * "failed-precondition" PERIOD_NOT_OVER before anything is sealed.
 */
export function sealPeriods({ storage, clock, settings }: Needs) {
  return async (
    accountId: string,
    references: readonly PeriodReference[],
  ): Promise<SealedPeriod[]> => {
    const periods = checkPeriods(references);
    const now = clock.now();
    for (const period of periods) refuseBeforeItsTime(period, settings.sealDelayMs, now);
    const sealed: SealedPeriod[] = [];
    for (const period of periods) {
      sealed.push(await storage.inAccount(accountId, (store) => sealPeriod(store, period, now)));
    }
    return sealed;
  };
}

function checkPeriods(references: readonly PeriodReference[]): SealablePeriod[] {
  const violations = new Violations();
  if (references.length > PERIODS_MAX) {
    violations.add("periods", "TOO_MANY", `At most ${PERIODS_MAX} at once.`);
  }
  const periods = references.flatMap((reference, at) => {
    return checkPeriod(violations, `periods[${at}]`, reference) ?? [];
  });
  violations.throwIfAny();
  return periods;
}

/** The period's row is locked first and rollups are read after: whoever counts comes late. */
async function sealPeriod(store: Store, period: SealablePeriod, now: Date): Promise<SealedPeriod> {
  const { sealNumber } = await store.seals.lockPeriod(period);
  const isOpen = sealNumber === 0 || (await store.seals.hasLateUsage(period, sealNumber));
  const seal = isOpen
    ? await addSeal(store, period, sealNumber + 1, now)
    : await store.seals.findSeal(period, sealNumber);
  if (seal === undefined) throw new Error("a sealed period has no seal");
  const usage = await store.seals.usage(period, period.stretches, seal.sealNumber);
  return { period, seal, usage };
}

async function addSeal(
  store: Store,
  period: SealablePeriod,
  sealNumber: number,
  now: Date,
): Promise<Seal> {
  const { sha256: usageSha256, calls } = await store.seals.digest(period, sealNumber);
  const seal = { sealNumber, usageSha256, calls, sealTime: now };
  await store.seals.addSeal(period, seal);
  const { customerId, subscriptionId, splitTimes } = period;
  store.announce({
    kind: "period-sealed",
    ...{ customerId, subscriptionId, splitTimes, sealNumber, calls, usageSha256 },
    span: period,
  });
  return seal;
}
