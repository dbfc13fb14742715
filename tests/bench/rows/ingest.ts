import { bareIngest } from "../bare/bare-ingest.ts";
import { bareTables } from "../bare/bare-tables.ts";
import { cpuOfFamily } from "../cpu.ts";
import { EncodedBatch } from "../load/encoded-batch.ts";
import {
  cellBatch,
  eventBatch,
  type LoadedAccount,
  loadedAccount,
} from "../load/loaded-account.ts";
import { sendBatches } from "../load/send-batches.ts";
import { UsageClient } from "../load/usage-client.ts";
import type { Figure, Row, RowOptions, Sides } from "../row.ts";
import type { World } from "../world/start-world.ts";

/** Accounts that are sent to at once, and bare writers beside them: more only wait on two cores. */
const ACCOUNTS = 4;
/** Recorders of each account: what one sends while another's batch is being committed joins it. */
const RECORDERS = 3;
const CUSTOMERS = 20;
/** Buckets of the histogram that the loads have calls in. */
const EVENT_LATENCIES = [4, 9, 10, 11, 12];
const CELL_LATENCIES = [2, 3, 4];

/** What is in a batch: single events, or cells. */
interface Sent {
  readonly events: number;
  readonly cells: number;
}

interface Shape extends Sent {
  /** What a batch counts as in the figure. */
  readonly weight: number;
  readonly latencies: readonly number[];
}

const EVENT_SHAPE = { events: 2_000, cells: 200, weight: 2_000, latencies: EVENT_LATENCIES };

/** Single events with ids of their own, everything on: dedupe, rollups, holds, thresholds. */
export const singleEvents: Row = {
  name: "single events, batches of 2,000",
  unit: "events/s",
  limitName: "bare SQL",
  goal: { atLeast: 0.7 },
  prepare: (world, options) => prepareIngest(world, options, EVENT_SHAPE),
};

/** The same with a row for each event in the live log. */
export const keptEvents: Row = {
  ...singleEvents,
  name: "single events kept for the live log, batches of 2,000",
  rawEvents: true,
  prepare: (world, options) => prepareIngest(world, options, EVENT_SHAPE, true),
};

/** Pre-aggregated cells: each batch stands for any number of calls. */
export const cells: Row = {
  name: "pre-aggregated batches of 200 cells",
  unit: "batches/s",
  limitName: "bare SQL",
  goal: { atLeast: 0.7 },
  prepare: (world, options) => {
    const shape = { events: 0, cells: 200, weight: 1, latencies: CELL_LATENCIES };
    return prepareIngest(world, options, shape);
  },
};

async function prepareIngest(
  world: World,
  options: RowOptions,
  shape: Shape,
  rawEvents = false,
): Promise<Sides> {
  const { accounts, senders, close } = await openSenders(world, shape);
  const writers = await bareTables(world.meteringUrl, ACCOUNTS);
  const bare = async (seconds: number, plainIds: boolean): Promise<Figure> => {
    const [cpu, own, start] = [
      cpuOfFamily(world.postgresPid),
      process.cpuUsage(),
      performance.now(),
    ];
    const counts = await Promise.all(
      writers.map((writer, at) => {
        const { accountId = "", counters = [], gateId = "" } = accounts[at] ?? {};
        const batch = { ...shape, rawEvents, accountId, counters, gateId, plainIds };
        return bareIngest(writer, batch, seconds);
      }),
    );
    const units = counts.reduce((sum, count) => sum + count, 0) * shape.weight;
    const { user, system } = process.cpuUsage(own);
    const postgres = (cpuOfFamily(world.postgresPid) - cpu) / units;
    const notes = { "CPU µs each: PostgreSQL": postgres, writer: (user + system) / units };
    return { value: (units / (performance.now() - start)) * 1_000, notes };
  };
  /** An id that is there has to be found; what it would be without that stands beside it. */
  const limit = async (): Promise<Figure> => {
    const figure = await bare(options.seconds, false);
    if (shape.events === 0) return figure;
    const { value } = await bare(options.seconds / 2, true);
    return { ...figure, notes: { ...figure.notes, "if no id can be there": value } };
  };
  return {
    product: () => sendBatches(world, senders, { seconds: options.seconds, weight: shape.weight }),
    limit,
    close: async () => {
      close();
      await Promise.all(writers.map((writer) => writer.end()));
    },
  };
}

/** Senders of all accounts, each with a batch that fits. */
export async function openSenders(world: World, { events, cells: size }: Sent) {
  const accounts: LoadedAccount[] = [];
  for (let nth = 0; nth < ACCOUNTS; nth += 1) accounts.push(await loadedAccount(world, CUSTOMERS));
  const recorders = accounts.flatMap((account) => Array<LoadedAccount>(RECORDERS).fill(account));
  const senders = recorders.map((account) => ({
    client: new UsageClient(world.ports.metering, account.rootKey),
    batch: new EncodedBatch(events > 0 ? eventBatch(account, events) : cellBatch(account, size)),
  }));
  const close = () => {
    for (const { client } of senders) client.close();
  };
  return { accounts, senders, close };
}
