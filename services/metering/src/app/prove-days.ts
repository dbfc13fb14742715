import { type Interval, interval } from "@tollbook/domain";
import { type FoldedDay, partsToProve } from "../domain/proved-day.ts";
import type { ReconciledSum } from "../domain/reconciled-sum.ts";
import type { FoldedDays } from "../domain/usage-pieces.ts";
import type { Store } from "./needs.ts";

/** Usage may come for a day for so long after it. */
const RECENT_MS = 36 * 24 * 3_600_000;
/** After this long in one proof, days that are as they were proved wait for the next. */
const AGAIN_MS = 1_000;

/** What was found of an account's days, and which may be remembered as proved. */
export interface ProvedDays {
  readonly folded: FoldedDays | undefined;
  readonly all: readonly FoldedDay[];
  readonly proved: readonly FoldedDay[];
  readonly sums: readonly ReconciledSum[];
}

/**
 * Proves that days are what their quarter hours add up to, and customers' days what their cells'
 * do. Days whose sums are not what was proved of them are proved now; of the others those that
 * were proved longest ago, as many as there is time for. Days stand for their quarter hours where
 * all usage is compared with batches.
 */
export async function proveDays(store: Store, now: Date): Promise<ProvedDays> {
  const { reconciliation, folds } = store;
  const folded = await folds.folded();
  const recentFrom = new Date(now.getTime() - RECENT_MS);
  const all = folded === undefined ? [] : await reconciliation.foldedDays(folded, recentFrom);
  const { proved, cells, customers } = await provedOf(store, folded, all);
  const { calls, unfolded } = await reconciliation.callsBesides(spanOf(all, folded));
  const inDays = all.reduce((sum, day) => sum + day.calls, 0n);
  const wrongCells = cells + (unfolded ? 1 : 0);
  const sums = [
    {
      name: "rollups = accepted batches",
      expected: String(await reconciliation.callsOfBatches()),
      found: String(inDays + calls),
    },
    none("days that are not what their quarter hours add up to", wrongCells),
    none("days of customers that are not what their cells add up to", customers),
  ];
  return { folded, all, proved, sums };
}

function none(name: string, found: number): ReconciledSum {
  return { name, expected: "0", found: String(found) };
}

/** From the first day to where folding has come; undefined if no day is folded. */
function spanOf(days: readonly FoldedDay[], folded: FoldedDays | undefined): Interval | undefined {
  const [first] = days;
  if (first === undefined || folded === undefined) return undefined;
  return interval(first.start, folded.until);
}

async function provedOf(
  { reconciliation }: Store,
  folded: FoldedDays | undefined,
  days: readonly FoldedDay[],
) {
  const proved: FoldedDay[] = [];
  let [cells, customers] = [0, 0];
  if (folded === undefined) return { proved, cells, customers };
  const { changed, again } = partsToProve(days);
  const beganMs = performance.now();
  for (const part of [...changed, ...again]) {
    const isSame = again.includes(part);
    if (isSame && performance.now() - beganMs > AGAIN_MS) break;
    const wrong = await reconciliation.wrongDays(folded, part);
    cells += wrong.cells.length;
    customers += wrong.customers.length;
    const starts = new Set([...wrong.cells, ...wrong.customers].map((start) => start.getTime()));
    proved.push(...part.filter(({ start }) => !starts.has(start.getTime())));
  }
  return { proved, cells, customers };
}
