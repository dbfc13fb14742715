/** Shorter spans say nothing about a rate. */
const SAMPLE_MIN_MS = 20;
/** How far back the estimate looks. */
const MEMORY_MS = 1_000;
/** After a span this long the past is no guide. */
const FORGET_MS = 5_000;

/**
 * How fast a running total grows, estimated whenever it is asked for, so that the warm path only
 * has to keep the total.
 */
export class SpendingRate {
  #ratePerSecond = 0;
  #sampledAt: number;
  #startedAt: number;
  #total = 0;

  constructor(now: number) {
    this.#sampledAt = now;
    this.#startedAt = now;
  }

  /** What was added a second during the last second or so (elapsed time in milliseconds). */
  perSecond(now: number, total: number): number {
    const spanMs = now - this.#sampledAt;
    if (spanMs < SAMPLE_MIN_MS) return this.#ratePerSecond;
    if (spanMs > FORGET_MS) this.#startedAt = this.#sampledAt;
    const sample = ((total - this.#total) * 1_000) / spanMs;
    const memoryMs = Math.min(MEMORY_MS, now - this.#startedAt);
    const weight = Math.min(1, spanMs / memoryMs);
    this.#ratePerSecond += weight * (sample - this.#ratePerSecond);
    this.#sampledAt = now;
    this.#total = total;
    return this.#ratePerSecond;
  }
}
