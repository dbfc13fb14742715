import type { MeterSet } from "../domain/meter-set.ts";
import type { SealablePeriod } from "../domain/sealed-period.ts";
import { type SealedUnits, totalsOf } from "../domain/sealed-units.ts";
import type { Store } from "./needs.ts";
import type { SealedPeriod } from "./seal-periods.ts";
import type { Seal } from "./seal-store.ts";
import { type ReadPeriod, readSealedUsage } from "./sealed-usage.ts";

/** A period up to the seal it has, or is about to get. */
interface Closing extends ReadPeriod {
  /** Its first seal, or the next for usage that came late. */
  readonly isOpen: boolean;
}

/**
 * Seals different periods, all there, in one transaction. Their rows are locked first and rollups
 * are read after: whoever counts comes late.
 */
export async function sealTogether(
  store: Store,
  meters: MeterSet,
  periods: readonly SealablePeriod[],
  now: Date,
): Promise<SealedPeriod[]> {
  const closing = await lock(store, periods);
  const usage = await readSealedUsage(store, meters, closing);
  const open = closing.filter(({ isOpen }) => isOpen);
  const kept = closing.filter(({ isOpen }) => !isOpen);
  const seals = new Map<ReadPeriod, Seal | undefined>();
  const found = await store.seals.findSeals(kept);
  for (const [at, period] of kept.entries()) seals.set(period, found[at]);
  const added = await newSeals(store, open, now);
  for (const { period, seal } of added) seals.set(period, seal);
  const sealed = closing.map((period, at) => {
    const seal = seals.get(period);
    if (seal === undefined) throw new Error("a sealed period has no seal");
    return { period: periods[at] ?? period, seal, usage: usage[at] ?? [] };
  });
  for (const [at, period] of closing.entries()) {
    if (period.isOpen) await announce(store, meters, period, sealed[at] as SealedPeriod);
  }
  return sealed;
}

async function lock(store: Store, periods: readonly SealablePeriod[]): Promise<Closing[]> {
  const numbers = await store.seals.lockPeriods(periods);
  const numbered = periods.map((period, at) => ({ ...period, sealNumber: numbers[at] ?? 0 }));
  const late = await store.seals.haveLateUsage(numbered);
  return numbered.map((period, at) => {
    const isOpen = period.sealNumber === 0 || late[at] === true;
    return { ...period, isOpen, sealNumber: period.sealNumber + (isOpen ? 1 : 0) };
  });
}

async function newSeals(store: Store, open: readonly Closing[], now: Date) {
  if (open.length === 0) return [];
  const digests = await store.seals.digests(open);
  const added = open.map((period, at) => {
    const digest = digests[at];
    if (digest === undefined) throw new Error("a period has no digest");
    const { sha256: usageSha256, calls } = digest;
    return { period, seal: { sealNumber: period.sealNumber, usageSha256, calls, sealTime: now } };
  });
  await store.seals.addSeals(added);
  return added;
}

async function announce(
  store: Store,
  meters: MeterSet,
  period: Closing,
  { seal, usage }: SealedPeriod,
): Promise<void> {
  const { customerId, subscriptionId, splitTimes, sealNumber } = period;
  const totals = await totalsOfPeriod(store, meters, period, usage);
  store.announce({
    kind: "period-sealed",
    ...{ customerId, subscriptionId, splitTimes, sealNumber, totals },
    usageSha256: seal.usageSha256,
    span: period,
  });
}

/** Greatest and distinct values of stretches do not add up, and are read of the whole period. */
async function totalsOfPeriod(
  store: Store,
  meters: MeterSet,
  period: Closing,
  usage: readonly SealedUnits[],
): Promise<ReadonlyMap<string, bigint>> {
  const isCut = period.stretches.length > 1 && meters.eventRules.length > 0;
  const [whole] = isCut
    ? await readSealedUsage(store, meters, [{ ...period, stretches: [period] }])
    : [usage];
  return new Map([[store.accountId, 0n], ...totalsOf(whole ?? [])]);
}
