/** The first wait after a failure, and the longest; between them it doubles. */
const WAIT_FIRST_MS = 100;
const WAIT_MAX_MS = 2_000;

/** Whether a service was reached last time, and when to try it again if not. */
export class Trouble {
  readonly #random: () => number;
  #failures = 0;
  #retryAt = Number.NEGATIVE_INFINITY;

  /** `random` gives numbers from 0 to 1, so that gates do not come back all at once. */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** The last attempt failed. */
  get present(): boolean {
    return this.#failures > 0;
  }

  /** Attempts that failed since the last one that did not. */
  get failures(): number {
    return this.#failures;
  }

  /** Whether it is worth trying (elapsed time). */
  mayTry(now: number): boolean {
    return now >= this.#retryAt;
  }

  /** How long until it is worth trying. */
  retryInMs(now: number): number {
    return Math.max(0, this.#retryAt - now);
  }

  /** An attempt failed: the next waits between half of and the whole of a doubling span. */
  failed(now: number): void {
    const spanMs = Math.min(WAIT_FIRST_MS * 2 ** this.#failures, WAIT_MAX_MS);
    this.#failures += 1;
    this.#retryAt = now + spanMs * (0.5 + this.#random() / 2);
  }

  /** An attempt succeeded. */
  passed(): void {
    this.#failures = 0;
    this.#retryAt = Number.NEGATIVE_INFINITY;
  }
}
