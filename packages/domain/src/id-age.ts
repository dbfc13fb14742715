import { idTime } from "./id.ts";

/** How old an id or an event may be; seen ids are kept a day longer, and so can be told. */
export const AGE_MAX_MS = 35 * 24 * 3_600_000;

/** How far ahead of our clock an id or an event may be: clocks differ. */
export const AHEAD_MAX_MS = 5 * 60_000;

/** Why an id's time is refused: a reason for docs/errors.md and a sentence safe to show. */
export interface AgeFault {
  readonly reason: "ID_TOO_OLD" | "ID_TOO_FAR_AHEAD";
  readonly description: string;
}

/**
 * Looks whether an id may still be taken: made at most 35 days ago and at most 5 minutes ahead,
 * both by the wall clock. Gives the fault or undefined; it does not throw, because a batch
 * rejects its items one by one. The id must be one (`parseId`).
 */
export function checkIdAge(id: string, wallNow: Date = new Date()): AgeFault | undefined {
  const ageMs = wallNow.getTime() - idTime(id).getTime();
  if (ageMs > AGE_MAX_MS) return TOO_OLD;
  if (ageMs < -AHEAD_MAX_MS) return TOO_FAR_AHEAD;
  return undefined;
}

/**
 * As `checkIdAge`, for many ids at one moment: ids begin with their time, so that comparing their
 * text with the oldest and the newest that may be is enough.
 */
export function idAges(wallNow: Date): (id: string) => AgeFault | undefined {
  const oldest = idPrefix(wallNow.getTime() - AGE_MAX_MS);
  const tooNew = idPrefix(wallNow.getTime() + AHEAD_MAX_MS + 1);
  return (id) => (id < oldest ? TOO_OLD : id < tooNew ? undefined : TOO_FAR_AHEAD);
}

/** What ids of a millisecond begin with. */
function idPrefix(timeMs: number): string {
  const hex = Math.max(0, timeMs).toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}

const TOO_OLD: AgeFault = {
  reason: "ID_TOO_OLD",
  description: "The id was made more than 35 days ago, so a repeat could not be told.",
};

const TOO_FAR_AHEAD: AgeFault = {
  reason: "ID_TOO_FAR_AHEAD",
  description: "The id was made more than 5 minutes ahead of our clock.",
};
