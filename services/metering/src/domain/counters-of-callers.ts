import { type CounterKey, counterAt, isCounted } from "./counter.ts";
import { limitsOn } from "./customer-book.ts";
import type { MeterRule } from "./meter-rule.ts";
import type { MeterSet } from "./meter-set.ts";
import { nested } from "./nested-map.ts";
import type { UsageFold } from "./usage-fold.ts";
import type { UsageLimit } from "./usage-limit.ts";

/** A limit whose thresholds are looked at after counting. */
export interface WatchedLimit {
  readonly limit: UsageLimit;
  readonly thresholdPercents: readonly number[];
}

/** A counter that a caller's usage of one minute counts on. Two limits on it are still one count. */
export interface CountedOn {
  readonly counter: CounterKey;
  readonly rule: MeterRule;
  readonly limits: WatchedLimit[];
  isHard: boolean;
}

interface KnownCounters {
  readonly fold: UsageFold;
  readonly counters: readonly CountedOn[];
}

/** Counters of those whose usage is counted at one moment, worked out once a caller and minute. */
export class CountersOfCallers {
  readonly #accountId: string;
  readonly #meters: MeterSet;
  readonly #now: Date;
  readonly #known = new Map<object, Map<number, KnownCounters>>();

  constructor(accountId: string, meters: MeterSet, now: Date) {
    this.#accountId = accountId;
    this.#meters = meters;
    this.#now = now;
  }

  /** The counters of a fold's limits, without those that are too old, or older than their limit. */
  of(fold: UsageFold): readonly CountedOn[] {
    const owner = fold.key ?? fold.book;
    const byMinute = nested(this.#known, owner);
    const known = byMinute.get(fold.minute.getTime());
    const isSame = known?.fold.book === fold.book && known.fold.subscription === fold.subscription;
    if (known !== undefined && isSame) return known.counters;
    const counters = this.#find(fold);
    byMinute.set(fold.minute.getTime(), { fold, counters });
    return counters;
  }

  #find(fold: UsageFold): CountedOn[] {
    const { key, subscription, minute } = fold;
    const found = new Map<string, CountedOn>();
    for (const limit of limitsOn(this.#meters, key, subscription)) {
      const rule = this.#meters.find(limit.meterId);
      const counter = counterAt(this.#accountId, limit, key?.test ?? false, minute, fold);
      if (rule === undefined || counter === undefined) continue;
      if (!isCounted(limit, counter.span, this.#now)) continue;
      const thresholdPercents = subscription?.thresholdPercents ?? [];
      const known = found.get(counter.counterId) ?? { counter, rule, limits: [], isHard: false };
      known.limits.push({ limit, thresholdPercents });
      known.isHard ||= limit.hard;
      found.set(counter.counterId, known);
    }
    return [...found.values()];
  }
}
