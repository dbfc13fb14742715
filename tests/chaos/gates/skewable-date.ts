/** The wall clock of this process, which may be set forward and back. */
export interface SkewableDate {
  /** From now on it is this many milliseconds off. */
  skew(ms: number): void;
}

/**
 * Replaces `Date` in this process. What counts by the monotonic clock goes on undisturbed, as on a
 * machine whose time is set.
 */
export function makeDateSkewable(): SkewableDate {
  const Straight = globalThis.Date;
  let skewMs = 0;
  class SkewedDate extends Straight {
    constructor(...words: [] | ConstructorParameters<DateConstructor>) {
      if (words.length === 0) super(SkewedDate.now());
      else super(...words);
    }

    static override now(): number {
      return Straight.now() + skewMs;
    }
  }
  globalThis.Date = SkewedDate as DateConstructor;
  return {
    skew(ms) {
      skewMs = ms;
    },
  };
}
