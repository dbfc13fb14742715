import { Violations } from "@tollbook/domain";
import type { MeterSet } from "../domain/meter-set.ts";
import {
  checkPeriod,
  type PeriodReference,
  refuseBeforeItsTime,
  type SealablePeriod,
} from "../domain/sealed-period.ts";
import { type SealedUnits, totalsOf } from "../domain/sealed-units.ts";
import type { Needs, Store } from "./needs.ts";
import type { Seal } from "./seal-store.ts";
import { readSealedUsage } from "./sealed-usage.ts";

/** Periods sealed by one call. */
const PERIODS_MAX = 1_000;

/** A period with its newest seal and the usage over all seals up to it. */
export interface SealedPeriod {
  readonly period: SealablePeriod;
  readonly seal: Seal;
  readonly usage: readonly SealedUnits[];
}

/**
 * Closes billing periods, each in a transaction of its own, and gives the totals of each. Sealing
 * again without late usage gives the same seal. Throws "invalid" INVALID_REQUEST, and
 * "failed-precondition" PERIOD_NOT_OVER before anything is sealed.
 */
export function sealPeriods(needs: Needs) {
  const { storage, clock, settings } = needs;
  return async (
    accountId: string,
    references: readonly PeriodReference[],
  ): Promise<SealedPeriod[]> => {
    const periods = checkPeriods(references);
    const now = clock.now();
    for (const period of periods) refuseBeforeItsTime(period, settings.sealDelayMs, now);
    const meters = await metersOf(needs, accountId, periods);
    const sealed: SealedPeriod[] = [];
    for (const period of periods) {
      const seal = (store: Store) => sealPeriod(store, meters, period, now);
      sealed.push(await storage.inAccount(accountId, seal));
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

/** Read once: a change of meters never takes effect in a period that is over. */
function metersOf({ storage }: Needs, accountId: string, periods: readonly SealablePeriod[]) {
  const starts = periods.map(({ start }) => start.getTime());
  const since = new Date(Math.min(...starts));
  return storage.inAccount(accountId, ({ meters }) => meters.set(since));
}

/** The period's row is locked first and rollups are read after: whoever counts comes late. */
async function sealPeriod(
  store: Store,
  meters: MeterSet,
  period: SealablePeriod,
  now: Date,
): Promise<SealedPeriod> {
  const { sealNumber } = await store.seals.lockPeriod(period);
  const isOpen = sealNumber === 0 || (await store.seals.hasLateUsage(period, sealNumber));
  const usage = await readSealedUsage(store, meters, period, isOpen ? sealNumber + 1 : sealNumber);
  const seal = isOpen
    ? await addSeal(store, meters, { period, sealNumber: sealNumber + 1, usage }, now)
    : await store.seals.findSeal(period, sealNumber);
  if (seal === undefined) throw new Error("a sealed period has no seal");
  return { period, seal, usage };
}

interface ClosedUsage {
  readonly period: SealablePeriod;
  readonly sealNumber: number;
  readonly usage: readonly SealedUnits[];
}

async function addSeal(
  store: Store,
  meters: MeterSet,
  closed: ClosedUsage,
  now: Date,
): Promise<Seal> {
  const { period, sealNumber } = closed;
  const { sha256: usageSha256, calls } = await store.seals.digest(period, sealNumber);
  const seal = { sealNumber, usageSha256, calls, sealTime: now };
  await store.seals.addSeal(period, seal);
  const { customerId, subscriptionId, splitTimes } = period;
  const totals = await totalsOfPeriod(store, meters, closed);
  store.announce({
    kind: "period-sealed",
    ...{ customerId, subscriptionId, splitTimes, sealNumber, totals, usageSha256 },
    span: period,
  });
  return seal;
}

/** Greatest and distinct values of stretches do not add up, and are read of the whole period. */
async function totalsOfPeriod(
  store: Store,
  meters: MeterSet,
  { period, sealNumber, usage }: ClosedUsage,
): Promise<ReadonlyMap<string, bigint>> {
  const isCut = period.stretches.length > 1 && meters.eventRules.length > 0;
  const whole = isCut ? { ...period, stretches: [period] } : undefined;
  const rows = whole ? await readSealedUsage(store, meters, whole, sealNumber) : usage;
  return new Map([[store.accountId, 0n], ...totalsOf(rows)]);
}
