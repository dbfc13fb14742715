import { ALL_TIME } from "@tollbook/domain";
import { type CounterKey, counterAt } from "../domain/counter.ts";
import type { CustomerBook, Subscription } from "../domain/customer-book.ts";
import type { CounterFigures } from "../domain/grant.ts";
import type { MeterRule } from "../domain/meter-rule.ts";
import { type RateLimit, type RateTerms, sameRate } from "../domain/rate-limit.ts";
import { reachedPercents, watchedPercents } from "../domain/threshold.ts";
import { addPast, type UnitsPast } from "../domain/units-past.ts";
import {
  type LimitTerms,
  refusesAt,
  sameCounter,
  sameTerms,
  type UsageLimit,
} from "../domain/usage-limit.ts";
import type { Store } from "./needs.ts";
import { noteCrossings } from "./note-crossings.ts";
import { unitsSoFar } from "./units-so-far.ts";

/** The limits of a subscription or key, as they were told anew. */
export interface ToldLimits {
  /** The customer's book with everything but these limits up to date. */
  readonly book: CustomerBook;
  readonly subscription: Subscription | undefined;
  /** The key, for limits of its own; else the subscription. */
  readonly subject: { readonly subscriptionId: string } | { readonly keyId: string };
  readonly limits: readonly LimitTerms[];
  readonly rates: readonly RateTerms[];
  readonly version: bigint;
  readonly now: Date;
}

/**
 * Takes over limits, under the customer's closed fence. A limit that begins to count gets its
 * counter from the rollups, so that it starts with what was used in its window; one that only
 * changed its number keeps its count. Thresholds already passed are marked, and told only if the
 * limit went down.
 */
export async function applyLimits(store: Store, told: ToldLimits): Promise<void> {
  const { subject, version, now } = told;
  const subjectId = "keyId" in subject ? subject.keyId : subject.subscriptionId;
  const { limits: before, rates: ratesBefore } = await store.references.limitsOf(subjectId);
  const limits = told.limits.map((terms) => takeOver(store, told, terms, before));
  const rates = told.rates.map((terms) => takeOverRate(terms, ratesBefore, version));
  if (limits.length + before.length + rates.length + ratesBefore.length === 0) return;
  await store.references.replaceLimits(subjectId, { limits, rates });
  const meters = await store.meters.set(ALL_TIME.start);
  for (const limit of limits) {
    const old = before.find(({ limitId }) => limitId === limit.limitId);
    const counted = before.some((one) => sameCounter(one, limit)) && limit.window !== "period";
    const rule = meters.limitable(limit.meterId);
    if (rule === undefined) continue;
    const live = await startCounters(store, told, { limit, rule, counted });
    if (live === undefined || limit.version !== version || old?.version === version) continue;
    const percents = watchedPercents(told.subscription?.thresholdPercents ?? []);
    const [row] = await store.quotas.figures([live.counterId]);
    const used = row?.consumed ?? 0n;
    const past: UnitsPast = new Map();
    if (row !== undefined) addPast(past, "limit-lowered", lowered(row, old, limit));
    store.notePast(past);
    const tell = old === undefined || limit.quota < old.quota;
    const passed = reachedPercents(used, limit.quota, percents);
    await noteCrossings(store, [{ counter: live, limit, used, percents: passed, tell }], now);
  }
}

/** Units that are past a hard limit now, and were past none before. */
function lowered(
  { consumed, leased, stranded }: CounterFigures,
  old: UsageLimit | undefined,
  limit: UsageLimit,
): bigint {
  const past = (one: UsageLimit | undefined) => {
    const units = one?.hard ? consumed + leased + stranded - refusesAt(one) : 0n;
    return units > 0n ? units : 0n;
  };
  const more = past(limit) - past(old);
  return more > 0n ? more : 0n;
}

function takeOverRate(terms: RateTerms, before: readonly RateLimit[], version: bigint): RateLimit {
  const old = before.find(({ limitId }) => limitId === terms.limitId);
  return old !== undefined && sameRate(old, terms) ? old : { ...terms, version };
}

/** A limit that means the same as before stays the version it was. */
function takeOver(
  store: Store,
  { book, subscription, version, now }: ToldLimits,
  terms: LimitTerms,
  before: readonly UsageLimit[],
): UsageLimit {
  const old = before.find(({ limitId }) => limitId === terms.limitId);
  if (old !== undefined && sameTerms(old, terms)) return old;
  const counted = before.find((one) => sameCounter(one, terms));
  const fresh = { ...terms, version, countedFrom: counted?.countedFrom ?? new Date(0) };
  if (counted !== undefined) return fresh;
  const counter = counterAt(store.accountId, fresh, false, now, { book, subscription });
  return { ...fresh, countedFrom: counter?.span.start ?? fresh.countedFrom };
}

/**
 * Sets the running counters, live and test, to what the meter counted so far, unless the limit was counted
 * all along. A minute cannot be told from quarter hours: such a limit starts at nothing. A billing
 * period may only now have become known, so its counters are always looked at.
 */
async function startCounters(
  store: Store,
  { book, subscription, subject, now }: ToldLimits,
  { limit, rule, counted }: { limit: UsageLimit; rule: MeterRule; counted: boolean },
): Promise<CounterKey | undefined> {
  const at = (test: boolean) => {
    return counterAt(store.accountId, limit, test, now, { book, subscription });
  };
  const [live, test] = [at(false), at(true)];
  if (live === undefined || test === undefined) return undefined;
  if (counted || limit.window === "minute") return live;
  const whose = { customerId: book.customerId, ...subject };
  const units = await unitsSoFar(store, rule, whose, live.span);
  if (units.live > 0n) await store.quotas.setConsumed(live, units.live);
  if (units.test > 0n) await store.quotas.setConsumed(test, units.test);
  return live;
}
