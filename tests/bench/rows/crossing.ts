import { RecordUsageRequest } from "@tollbook/contracts/metering/v1";
import { QuotaThresholdCrossed } from "@tollbook/contracts/metering/v1/events";
import { newId } from "@tollbook/domain";
import { connect } from "nats";
import { UsageClient } from "../load/usage-client.ts";
import { percentile } from "../measure.ts";
import { type Figure, promised, type Row } from "../row.ts";
import { openAccount } from "../world/account.ts";
import type { World } from "../world/start-world.ts";

const CUSTOMERS = 50;
const QUOTA = 100n;
/** Past 80 % of it. */
const CALLS = 85n;
/** News later than this is lost. */
const LOST_AFTER_MS = 5_000;

/** From the receipt of the usage that crossed a threshold until the crossing is on NATS. */
export const crossing: Row = {
  name: "a threshold crossed, until it is on NATS",
  unit: "ms at p99",
  limitName: "promised",
  goal: { atMost: 1 },
  async prepare(world) {
    const nats = await connect({ servers: world.natsUrl });
    return {
      product: () => crossAll(world, nats),
      limit: promised(250),
      close: () => nats.close(),
    };
  },
};

async function crossAll(world: World, nats: Awaited<ReturnType<typeof connect>>): Promise<Figure> {
  const { rootKey, customers } = await openAccount(world, CUSTOMERS, QUOTA);
  const heard = new Map<string, number>();
  const subscription = nats.subscribe(QuotaThresholdCrossed.$type, {
    callback: (_, { data }) => {
      const { customerId } = QuotaThresholdCrossed.decode(data);
      if (!heard.has(customerId)) heard.set(customerId, performance.now());
    },
  });
  await nats.flush();
  const client = new UsageClient(world.ports.metering, rootKey);
  const told = new Map<string, number>();
  for (const { keyId, customerId } of customers) {
    await client.record(Buffer.from(RecordUsageRequest.encode(usageOf(keyId)).finish()));
    told.set(customerId, performance.now());
  }
  const end = performance.now() + LOST_AFTER_MS;
  while (heard.size < told.size && performance.now() < end) await nats.flush();
  subscription.unsubscribe();
  client.close();
  const times = [...told].map(([id, time]) => Math.max(0, (heard.get(id) ?? Infinity) - time));
  return { value: percentile(times, 0.99), notes: { p50: percentile(times, 0.5) } };
}

function usageOf(keyId: string): RecordUsageRequest {
  const minute = new Date(Math.floor(Date.now() / 60_000) * 60_000);
  const caller = { $case: "keyId" as const, value: keyId };
  const place = { caller, endpoint: "/v1/forecast/{city}", method: "GET", status: 200 };
  const cells = [{ ...place, minute, count: CALLS, units: CALLS }];
  return RecordUsageRequest.fromPartial({ batchId: newId(), recorderId: newId(), cells });
}
