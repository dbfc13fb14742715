import { rawEventsOf } from "../domain/raw-event.ts";
import type { UsageFold } from "../domain/usage-fold.ts";
import type { Needs, Store } from "./needs.ts";

const DAY_MS = 24 * 3_600_000;

/** Calls before this are not kept for the live log; undefined if none are. */
export function rawEventsSince({ clock, settings }: Needs): Date | undefined {
  const { rawEventDays } = settings;
  if (rawEventDays === 0) return undefined;
  return new Date(clock.now().getTime() - rawEventDays * DAY_MS);
}

/** Keeps what was just counted, and the samples that came with it, for the live log. */
export async function keepRawEvents(
  { rawEvents }: Store,
  { folds, samples }: Record<"folds" | "samples", readonly UsageFold[]>,
  cellIdOf: (fold: UsageFold) => number,
  since: Date | undefined,
): Promise<void> {
  if (since === undefined) return;
  await Promise.all([
    rawEvents.add(rawEventsOf(folds, cellIdOf, since), false),
    rawEvents.add(rawEventsOf(samples, cellIdOf, since), true),
  ]);
}
