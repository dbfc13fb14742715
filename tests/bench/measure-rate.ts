import { percentile } from "./measure.ts";
import type { Figure } from "./row.ts";

/** Does work again and again by several workers for a while; the figure is units a second. */
export async function rateOf(
  workers: readonly (() => Promise<number>)[],
  seconds: number,
): Promise<Figure> {
  const start = performance.now();
  let units = 0;
  const work = async (once: () => Promise<number>) => {
    while (performance.now() - start < seconds * 1_000) {
      // Not `units += await …`, which adds to what there was before the wait.
      const done = await once();
      units += done;
    }
  };
  await Promise.all(workers.map(work));
  return { value: (units / (performance.now() - start)) * 1_000 };
}

/** Does work one after the other for a while; the figure is the median in milliseconds. */
export async function medianMs(once: () => Promise<unknown>, seconds: number): Promise<Figure> {
  const start = performance.now();
  const times: number[] = [];
  while (performance.now() - start < seconds * 1_000) {
    const begun = performance.now();
    await once();
    times.push(performance.now() - begun);
  }
  return { value: percentile(times, 0.5), notes: { p99: percentile(times, 0.99) } };
}
