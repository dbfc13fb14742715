import type { Interval } from "./interval.ts";

/**
 * How many spans are remembered per zone and size: usage may be 35 days late, and hours are only
 * asked for two days back, so this holds all that a busy ingest comes back to.
 */
const SPANS_MAX = 64;

/**
 * Remembers the spans lately computed, because the calendar costs 20 µs an instant and nearly
 * every instant asked for lies in the same span as the one before it.
 */
export class IntervalMemo {
  readonly #compute: (timeMs: number) => Interval;
  readonly #spans: Interval[] = [];
  #oldest = 0;
  #latest: Interval | undefined;

  /** `compute` must give the span that contains the time; spans must not overlap. */
  constructor(compute: (timeMs: number) => Interval) {
    this.#compute = compute;
  }

  /** The span containing the instant, remembered or computed. */
  containing(instant: Date): Interval {
    const timeMs = instant.getTime();
    if (this.#latest !== undefined && holds(this.#latest, timeMs)) return this.#latest;
    this.#latest = this.#spans.find((span) => holds(span, timeMs)) ?? this.#remember(timeMs);
    return this.#latest;
  }

  #remember(timeMs: number): Interval {
    const span = this.#compute(timeMs);
    this.#spans[this.#oldest] = span;
    this.#oldest = (this.#oldest + 1) % SPANS_MAX;
    return span;
  }
}

function holds(span: Interval, timeMs: number): boolean {
  return span.start.getTime() <= timeMs && timeMs < span.end.getTime();
}
