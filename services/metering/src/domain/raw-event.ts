import type { UsageFold } from "./usage-fold.ts";

/** One call as the live log keeps it; who, where and what class of answer is its cell's. */
export interface RawEvent {
  readonly eventId: string;
  /** Milliseconds since 1970. */
  readonly timeMs: number;
  readonly cellId: number;
  /** HTTP status; 0 if the call was refused or it is not known. */
  readonly status: number;
  readonly latencyUs: number | undefined;
  readonly units: bigint;
  readonly requestBytes: bigint;
  readonly responseBytes: bigint;
  /** The contract's number of why it was turned away; 0 if it was not. */
  readonly refusal: number;
  /** The contract's number of how it came past its limits. */
  readonly admission: number;
  readonly properties: Readonly<Record<string, string>>;
}

/**
 * What the live log keeps of folds: events, not cells, and only those whose day is still kept.
 * Counted events and samples come the same way; nothing here is ever counted.
 */
export function rawEventsOf(
  folds: readonly UsageFold[],
  cellIdOf: (fold: UsageFold) => number,
  since: Date,
): RawEvent[] {
  const events: RawEvent[] = [];
  for (const fold of folds) {
    const { status, items } = fold;
    const cellId = cellIdOf(fold);
    for (const item of items) {
      if (item.kind !== "event" || item.timeMs < since.getTime()) continue;
      const { eventId, timeMs, latencyUs, units, requestBytes, responseBytes } = item;
      const { refusal = 0, admission = 0, properties } = item;
      events.push({
        ...{ eventId, timeMs, cellId, status, latencyUs, units, requestBytes, responseBytes },
        ...{ refusal, admission, properties },
      });
    }
  }
  return events;
}
