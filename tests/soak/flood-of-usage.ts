import { type FloodResult, floodMetering } from "../wire/flood-metering.ts";
import type { Proof } from "./proof.ts";

const [batches, events] = [60, 4_000];
const connections = [1, 8];
const peakMibMax = 250;

/** As much as comes when many backends were cut off for a while. */
export const floodOfUsage: Proof = {
  name: "flood",
  promise: `${batches} batches of ${events} events at once: all counted once, within ${peakMibMax} MB.`,
  minutes: 1,
  async prove() {
    const report: string[] = [];
    let holds = true;
    for (const count of connections) {
      const result = await floodMetering({ batches, events, connections: count });
      report.push(`over ${count} connections: ${wordsOf(result)}`);
      const isWhole = result.counted === BigInt(batches * events) && result.duplicates === 0n;
      holds &&= isWhole && result.peakMib <= peakMibMax;
    }
    return { holds, report };
  },
};

function wordsOf({ counted, duplicates, refusals, peakMib, seconds }: FloodResult): string {
  const turned = [...refusals].map(([reason, times]) => `${times} × ${reason}`).join(", ");
  const sums = `${counted} counted, ${duplicates} duplicates, turned away: ${turned || "none"}`;
  return `${sums}; ${Math.round(peakMib)} MB at most, ${seconds.toFixed(1)} s`;
}
