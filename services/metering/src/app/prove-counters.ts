import { ALL_TIME } from "@tollbook/domain";
import { needsEvents } from "../domain/meter.ts";
import type { MeterRule } from "../domain/meter-rule.ts";
import type { Quota } from "../domain/quota.ts";
import type { RateLimit } from "../domain/rate-limit.ts";
import type { UsageLimit } from "../domain/usage-limit.ts";
import type { Store } from "./needs.ts";
import { readQuotas } from "./read-quotas.ts";
import type { SubjectSpan } from "./reconciliation-store.ts";
import type { UsageSubject } from "./seal-store.ts";

/** A counter of a limit, whose it is and what it is counted by. */
interface Counter {
  readonly quota: Quota;
  readonly rule: MeterRule;
  readonly subject: UsageSubject;
}

/** How many counters of these limits are not what their meters make of the rollups of their window. */
export async function wrongCounters(
  store: Store,
  limits: readonly (UsageLimit | RateLimit)[],
  now: Date,
): Promise<number> {
  const counters = await countersOf(store, limits, now);
  const looking = counters.filter(({ rule }) => needsEvents(rule.meter));
  const adding = counters.filter(({ rule }) => !needsEvents(rule.meter));
  const units = await unitsOfEach(store, adding);
  let wrong = adding.filter(({ quota }, at) => quota.consumed !== units[at]).length;
  for (const { quota, rule, subject } of looking) {
    const { live } = await store.seals.meteredOf(subject, quota.span, rule.meter.meterId);
    if (live !== quota.consumed) wrong += 1;
  }
  return wrong;
}

async function countersOf(
  store: Store,
  limits: readonly (UsageLimit | RateLimit)[],
  now: Date,
): Promise<Counter[]> {
  const quotas = await readQuotas(store, limits, now);
  const meters = await store.meters.set(ALL_TIME.start);
  const subjectIds = limits.map(({ subjectId }) => subjectId);
  const keys = await store.references.findKeys({ keyIds: subjectIds, keySha256s: [] });
  const keyIds = new Set(keys.map(({ key }) => key.keyId));
  const keptFrom = await store.reconciliation.keptFrom();
  return quotas.flatMap((quota): Counter[] => {
    // A rate has no counter.
    if (!("span" in quota)) return [];
    const { meterId, window, customerId, subjectId } = quota.limit;
    const rule = meters.find(meterId);
    // A minute is no whole quarter hour: its counter cannot be read from rollups.
    if (rule === undefined || window === "minute") return [];
    // Nor what has counted for longer than rollups are kept.
    if (keptFrom !== undefined && quota.span.start.getTime() < keptFrom.getTime()) return [];
    const own = keyIds.has(subjectId) ? { keyId: subjectId } : { subscriptionId: subjectId };
    return [{ quota, rule, subject: { customerId, ...own } }];
  });
}

/** What meters make of the calls of each counter's window. */
async function unitsOfEach(store: Store, counters: readonly Counter[]): Promise<bigint[]> {
  const units = counters.map(() => 0n);
  const spans = counters.flatMap(({ quota, rule, subject }, at) => {
    return rule.stretchesIn(quota.span).map((span): SubjectSpan & { at: number } => {
      return { ...span, subject, at };
    });
  });
  if (spans.length === 0) return units;
  const folded = await store.folds.folded();
  const calls = await store.reconciliation.callsOfEach(spans, folded);
  for (const [nth, { at }] of spans.entries()) {
    for (const sums of calls[nth] ?? []) {
      units[at] = (units[at] ?? 0n) + (counters[at]?.rule.unitsOfSums(sums) ?? 0n);
    }
  }
  return units;
}
