import { setTimeout } from "node:timers/promises";
import { GetReconciliationRequest, UsageServiceClient } from "@tollbook/contracts/metering/v1";
import pg from "pg";
import type { BenchOptions } from "../config.ts";
import { EncodedBatch } from "../load/encoded-batch.ts";
import { eventBatch, loaded } from "../load/loaded-account.ts";
import { type Sender, sendBatches } from "../load/send-batches.ts";
import { UsageClient } from "../load/usage-client.ts";
import { writeJson } from "../report.ts";
import type { Figure } from "../row.ts";
import { type BenchAccount, calling, openAccount } from "../world/account.ts";
import { startWorld, type World } from "../world/start-world.ts";
import { printGrowth, type Size } from "./growth-report.ts";
import { History } from "./history.ts";
import { plansOf, preparePlans } from "./plans.ts";
import { ask, questions } from "./questions.ts";

const CUSTOMERS = 1_000;
/** Whose calls are sent while ingest is measured: those who call at the same time. */
const CALLING = 20;
const RECORDERS = 3;
const BATCH_EVENTS = 2_000;

/**
 * `npm run bench -- --growth`: one account grows to millions of calls over ninety days. At each
 * size it is measured what counting a call costs, over RecordUsage, and what questions about thirty
 * days take, over QueryUsage; the plans are PostgreSQL's own, of the statements that the product
 * ran.
 */
export async function runGrowth(options: BenchOptions): Promise<void> {
  const say = (line: string) => console.log(line);
  const world = await startWorld({ rawEvents: false, say });
  const client = new pg.Client(world.meteringUrl);
  await client.connect();
  try {
    await preparePlans(client);
    const account = await openAccount(world, CUSTOMERS);
    const usage = new UsageClient(world.ports.metering, account.rootKey);
    const senders = await sendersOf(world, account, usage);
    const history = new History(client, account);
    await history.begin(usage);
    const sizes: Size[] = [await sizeOf(world, account, { client, senders, options, rollups: 0 })];
    let rollups = 0;
    for (const millions of options.millions) {
      rollups += await history.growTo(millions);
      const size = await sizeOf(world, account, { client, senders, options, rollups });
      sizes.push({ ...size, millions });
      printGrowth(sizes, say);
    }
    usage.close();
    writeJson(options.json, { growth: sizes });
    say(`\nAll figures and plans: ${options.json}`);
  } finally {
    await client.end();
    await world.stop();
  }
}

/** Recorders of one account, each sending its next batch when the one before is acknowledged. */
async function sendersOf(world: World, account: BenchAccount, client: UsageClient) {
  const some = { ...account, customers: account.customers.slice(0, CALLING) };
  const batch = eventBatch(await loaded(world, some), BATCH_EVENTS);
  return Array.from({ length: RECORDERS }, () => ({ client, batch: new EncodedBatch(batch) }));
}

interface Measuring {
  readonly client: pg.Client;
  readonly senders: readonly Sender[];
  readonly options: BenchOptions;
  readonly rollups: number;
}

async function sizeOf(world: World, account: BenchAccount, measuring: Measuring): Promise<Size> {
  const { client, senders, options, rollups } = measuring;
  const ingest: Figure[] = [];
  for (let round = 0; round <= options.rounds; round += 1) {
    const figure = await sendBatches(world, senders, {
      ...{ seconds: options.seconds, weight: BATCH_EVENTS },
    });
    if (round > 0) ingest.push(figure);
  }
  const asked = [];
  for (const question of questions) {
    const answered = await ask(world, account, question, options.rounds * 4);
    const plans = await plansOf(client, () => ask(world, account, question, 0));
    asked.push({ question, answered, plans });
  }
  const reconciled = await reconcile(world, account);
  return { millions: 0, rollups, ingest, asked, reconciled };
}

/** Waits for a proof that was begun after now, and gives what did not agree. */
async function reconcile({ ports }: World, { readingKey }: BenchAccount) {
  const start = Date.now();
  return calling(UsageServiceClient, ports.metering, readingKey, async ({ getReconciliation }) => {
    while (Date.now() - start < PROVED_WITHIN_MS) {
      const { provedTime, sums } = await getReconciliation(
        GetReconciliationRequest.fromPartial({}),
      );
      if ((provedTime?.getTime() ?? 0) > start) {
        return {
          sums: sums.length,
          wrong: sums.filter(({ expected, found }) => expected !== found),
        };
      }
      await setTimeout(1_000);
    }
    return undefined;
  });
}

/** Accounts with usage are proved twice a minute. */
const PROVED_WITHIN_MS = 120_000;
