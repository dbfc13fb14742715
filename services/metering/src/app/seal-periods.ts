import { DomainError, Violations } from "@tollbook/domain";
import {
  checkPeriod,
  type PeriodReference,
  refuseBeforeItsTime,
  type SealablePeriod,
} from "../domain/sealed-period.ts";
import type { SealedUnits } from "../domain/sealed-units.ts";
import type { Needs } from "./needs.ts";
import type { Seal } from "./seal-store.ts";
import { sealTogether } from "./seal-together.ts";

/** Periods sealed by one call. */
const PERIODS_MAX = 1_000;

/** Periods sealed in one transaction: ingest of their customers waits for so long. */
const TOGETHER_MAX = 100;

/** A period with its newest seal and the usage over all seals up to it. */
export interface SealedPeriod {
  readonly period: SealablePeriod;
  readonly seal: Seal;
  readonly usage: readonly SealedUnits[];
}

/**
 * Closes billing periods, many in a transaction, and gives the totals of each. Sealing again
 * without late usage gives the same seal. A period that cannot be sealed does not keep the others
 * open; then its error is thrown when they are closed. Throws "invalid" INVALID_REQUEST, and
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
    if (periods.length === 0) return [];
    const meters = await metersOf(needs, accountId, periods);
    const sealed: (SealedPeriod | Error)[] = [];
    for (const some of groupsOf(periods)) {
      const seal = async (part: readonly SealablePeriod[]) => {
        await storage.inAccount(accountId, ({ seals }) => seals.makePeriods(part));
        return storage.inAccount(accountId, (store) => sealTogether(store, meters, part, now));
      };
      sealed.push(...(await sealApart(some, seal)));
    }
    return sealed.map((one) => {
      if (one instanceof Error) throw one;
      return one;
    });
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

/** In the order asked; a period that is asked for twice is not in one group twice. */
function groupsOf(periods: readonly SealablePeriod[]): SealablePeriod[][] {
  const groups: SealablePeriod[][] = [];
  let names = new Set<string>();
  for (const period of periods) {
    const name = `${period.subscriptionId} ${period.start.getTime()}`;
    const last = groups.at(-1);
    if (last === undefined || last.length === TOGETHER_MAX || names.has(name)) {
      groups.push([period]);
      names = new Set([name]);
      continue;
    }
    last.push(period);
    names.add(name);
  }
  return groups;
}

type SealSome = (periods: readonly SealablePeriod[]) => Promise<SealedPeriod[]>;

/** Halves a group that fails until whoever is at fault, or too big for company, stands alone. */
async function sealApart(
  periods: readonly SealablePeriod[],
  seal: SealSome,
): Promise<(SealedPeriod | Error)[]> {
  try {
    return await seal(periods);
  } catch (error) {
    if (!(error instanceof Error) || isOfAll(error)) throw error;
    if (periods.length === 1) return [error];
    const middle = Math.ceil(periods.length / 2);
    const before = await sealApart(periods.slice(0, middle), seal);
    return [...before, ...(await sealApart(periods.slice(middle), seal))];
  }
}

/** Nothing can be sealed without a database; one that is only too slow may do with fewer. */
function isOfAll(error: Error): boolean {
  return error instanceof DomainError && error.reason === "STORAGE_UNAVAILABLE";
}
