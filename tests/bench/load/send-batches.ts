import { setTimeout } from "node:timers/promises";
import { cpuOf, cpuOfFamily } from "../cpu.ts";
import { percentile } from "../measure.ts";
import type { Figure } from "../row.ts";
import type { World } from "../world/start-world.ts";
import type { EncodedBatch } from "./encoded-batch.ts";
import type { UsageClient } from "./usage-client.ts";

/** One who sends batches, the next when the one before is acknowledged. */
export interface Sender {
  readonly client: UsageClient;
  readonly batch: EncodedBatch;
}

/** How long to send, what a batch counts as, and how often; as often as it is answered if 0. */
export interface SendOptions {
  readonly seconds: number;
  readonly weight: number;
  readonly everyMs?: number;
}

/** Sends for a while; the figure is batches a second times `weight`, with CPU time of each part. */
export async function sendBatches(
  world: World,
  senders: readonly Sender[],
  { seconds, weight, everyMs = 0 }: SendOptions,
): Promise<Figure> {
  const [metering, postgres] = [world.meteringPid, world.postgresPid];
  const before = { metering: cpuOf(metering), postgres: cpuOfFamily(postgres) };
  const own = process.cpuUsage();
  const start = performance.now();
  const latencies: number[] = [];
  const send = async ({ client, batch }: Sender, nth: number) => {
    // Not all at the same moment.
    await setTimeout((everyMs * nth) / senders.length);
    while (performance.now() - start < seconds * 1_000) {
      const sent = performance.now();
      const { rejected } = await client.record(batch.fresh());
      if (rejected > 0n) throw new Error(`${rejected} items of a batch were rejected`);
      const took = performance.now() - sent;
      latencies.push(took);
      if (took < everyMs) await setTimeout(everyMs - took);
    }
  };
  await Promise.all(senders.map(send));
  const elapsed = (performance.now() - start) / 1_000;
  const { user, system } = process.cpuUsage(own);
  const units = latencies.length * weight;
  return {
    value: units / elapsed,
    notes: {
      "CPU µs each: metering": (cpuOf(metering) - before.metering) / units,
      PostgreSQL: (cpuOfFamily(postgres) - before.postgres) / units,
      load: (user + system) / units,
      "ms p50": percentile(latencies, 0.5),
      "ms p99": percentile(latencies, 0.99),
    },
  };
}
