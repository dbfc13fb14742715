import type { ChaosOrders } from "../chaos-orders.ts";
import type { Random } from "../random.ts";
import type { FaultKind } from "./index.ts";

/** One fault of a run. Its details are drawn from a sequence of its own, by its number. */
export interface PlannedFault {
  readonly number: number;
  readonly kind: FaultKind;
  readonly atMs: number;
}

/**
 * The faults of a run: spread over its time with some disorder, and dealt like cards, so that each
 * kind comes before any comes again.
 */
export function planFaults(
  { faults: count, seconds, kinds }: ChaosOrders,
  random: Random,
): PlannedFault[] {
  let deck: FaultKind[] = [];
  const everyMs = (seconds * 1_000) / count;
  return Array.from({ length: count }, (_, at) => {
    if (deck.length === 0) deck = random.shuffled(kinds);
    const kind = deck.pop() ?? random.pick(kinds);
    return { number: at + 1, kind, atMs: Math.floor((at + random.fraction()) * everyMs) };
  });
}
