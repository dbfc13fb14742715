import type { Clock, TravelListener } from "./clock.ts";
import { DomainError } from "./domain-error.ts";

/** The last moment one may travel to: a timestamp on the wire ends with the year 9999. */
const LATEST_MS = Date.UTC(9999, 0, 1);

/**
 * A clock that starts at any date, runs at the wall clock's speed, and travels forward only. For
 * local mode and tests. All it has to remember is its distance from the wall clock: save
 * `offsetMs`, and restore it with `TravellingClock.atOffset`.
 */
export class TravellingClock implements Clock {
  readonly #wall: () => number;
  readonly #listeners = new Set<TravelListener>();
  #offsetMs: number;

  /**
   * Starts at `startAt`, or at the wall clock's time. `wall` gives the wall clock in
   * milliseconds since 1970; a test that gives a constant gets a clock that moves only by
   * travelling.
   */
  constructor(startAt?: Date, wall: () => number = Date.now) {
    this.#wall = wall;
    this.#offsetMs = startAt === undefined ? 0 : startAt.getTime() - wall();
  }

  /** The clock as it was when its `offsetMs` was saved, having run on since then. */
  static atOffset(offsetMs: number, wall: () => number = Date.now): TravellingClock {
    const clock = new TravellingClock(undefined, wall);
    clock.#offsetMs = offsetMs;
    return clock;
  }

  /** How far business time is ahead of the wall clock, in milliseconds; negative if behind. */
  get offsetMs(): number {
    return this.#offsetMs;
  }

  now(): Date {
    return new Date(this.#wall() + this.#offsetMs);
  }

  onTravel(listener: TravelListener): () => void {
    // A wrapper of its own, so that one function registered twice is told, and stopped, twice.
    const entry: TravelListener = (now) => listener(now);
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  }

  /**
   * Moves business time to `instant` and tells every listener, even if one throws; then throws
   * an AggregateError of what they threw. "failed-precondition" CLOCK_GOES_FORWARD_ONLY if the
   * instant is past, "invalid" CLOCK_OUT_OF_RANGE if it is no date before the year 9999.
   */
  travelTo(instant: Date): void {
    const timeMs = instant.getTime();
    if (!(timeMs <= LATEST_MS)) {
      const sentence = "Time can travel to a date before the year 9999.";
      throw new DomainError("invalid", "CLOCK_OUT_OF_RANGE", sentence);
    }
    const wallMs = this.#wall();
    if (timeMs < wallMs + this.#offsetMs) {
      const sentence = "Time travels forward only, and that moment has passed.";
      throw new DomainError("failed-precondition", "CLOCK_GOES_FORWARD_ONLY", sentence);
    }
    this.#offsetMs = timeMs - wallMs;
    this.#tell(instant);
  }

  #tell(instant: Date): void {
    const errors: unknown[] = [];
    for (const listener of [...this.#listeners]) {
      try {
        listener(new Date(instant));
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, "a listener failed after time travel");
  }
}
