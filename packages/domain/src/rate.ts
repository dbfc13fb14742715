import type { Violations } from "./violations.ts";

/** A rate limit: a bucket that fills at a pace, and holds a burst. */
export interface Rate {
  /** Calls a minute, in thousandths: a second's and a minute's paces are both whole in it. */
  readonly perMinuteMilli: bigint;
  /** Calls that may come at once. */
  readonly burst: bigint;
}

/** A rate as somebody wrote it down: by the second or by the minute; all 0 if it is none. */
export interface RateWords {
  readonly ratePerSecondMilli: bigint;
  readonly ratePerMinute: bigint;
  readonly burst: bigint;
}

/** A million calls a second: beyond it a limit limits nobody. */
const PER_SECOND_MILLI_MAX = 10n ** 9n;
const PER_MINUTE_MAX = 60n * 10n ** 6n;
/** As many calls as a gate can let through in a moment. */
const BURST_MAX = 10n ** 6n;

/** Whether the words speak of a rate at all. */
export function saysRate({ ratePerSecondMilli, ratePerMinute, burst }: RateWords): boolean {
  return ratePerSecondMilli !== 0n || ratePerMinute !== 0n || burst !== 0n;
}

/** The rate the words mean; undefined if they mean none. They must have passed `checkRate`. */
export function rateOf(words: RateWords): Rate | undefined {
  if (!saysRate(words)) return undefined;
  const { ratePerSecondMilli, ratePerMinute, burst } = words;
  return { perMinuteMilli: ratePerSecondMilli * 60n + ratePerMinute * 1_000n, burst };
}

/** Notes words that mean no rate: fields RATE_MISSING, RATE_OUT_OF_RANGE, BURST_OUT_OF_RANGE. */
export function checkRate(words: RateWords, field: string, faults: Violations): void {
  const { ratePerSecondMilli, ratePerMinute, burst } = words;
  if ((ratePerSecondMilli === 0n) === (ratePerMinute === 0n)) {
    const sentence = "Say how many calls a second or a minute, one of the two.";
    faults.add(`${field}.rate_per_second_milli`, "RATE_MISSING", sentence);
  }
  if (!isWithin(ratePerSecondMilli, PER_SECOND_MILLI_MAX)) {
    const sentence = "A thousandth of a call to a million calls a second.";
    faults.add(`${field}.rate_per_second_milli`, "RATE_OUT_OF_RANGE", sentence);
  }
  if (!isWithin(ratePerMinute, PER_MINUTE_MAX)) {
    const sentence = "1 to 60,000,000 calls a minute.";
    faults.add(`${field}.rate_per_minute`, "RATE_OUT_OF_RANGE", sentence);
  }
  if (burst === 0n || !isWithin(burst, BURST_MAX)) {
    const sentence = "1 to 1,000,000 calls may come at once.";
    faults.add(`${field}.burst`, "BURST_OUT_OF_RANGE", sentence);
  }
}

function isWithin(value: bigint, most: bigint): boolean {
  return value >= 0n && value <= most;
}
