/**
 * Where a gate gets its time from; tests give a fake one. `monotonicMs` never goes back, `wallMs`
 * is milliseconds since 1970 and may jump, `after` runs something once and gives what cancels it.
 */
export interface GateClock {
  monotonicMs(): number;
  wallMs(): number;
  after(delayMs: number, run: () => void): () => void;
}

/** The process's own clocks. Its timers do not keep the process alive. */
export const systemGateClock: GateClock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** Smaller differences between the clocks are their resolution and slow drift. */
const JUMP_MS = 5;

/**
 * Elapsed time as the more impatient of the two clocks has it: it runs with the monotonic clock
 * and takes part in every forward jump of the wall clock (a machine that slept), never in a
 * backward one. What lasts for a time counts down on it, and so ends early rather than late.
 */
export class ElapsedClock {
  readonly #source: GateClock;
  #ahead = 0;
  #skew: number;

  constructor(source: GateClock) {
    this.#source = source;
    this.#skew = source.wallMs() - source.monotonicMs();
  }

  /** Milliseconds since some fixed moment; never goes back. */
  now(): number {
    const monotonic = this.#source.monotonicMs();
    const skew = this.#source.wallMs() - monotonic;
    const jump = skew - this.#skew;
    if (jump > JUMP_MS || jump < -JUMP_MS) {
      this.#skew = skew;
      if (jump > 0) this.#ahead += jump;
    }
    return monotonic + this.#ahead;
  }
}
