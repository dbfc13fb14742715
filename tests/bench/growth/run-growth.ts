import { setTimeout } from "node:timers/promises";
import { GetReconciliationRequest, UsageServiceClient } from "@tollbook/contracts/metering/v1";
import pg from "pg";
import type { BenchOptions } from "../config.ts";
import { EncodedBatch } from "../load/encoded-batch.ts";
import { eventBatch, loaded } from "../load/loaded-account.ts";
import { type Sender, sendBatches } from "../load/send-batches.ts";
import { writeJson } from "../report.ts";
import type { Figure } from "../row.ts";
import { type BenchAccount, calling, openAccount } from "../world/account.ts";
import { startWorld, type World } from "../world/start-world.ts";
import { printGrowth, type Size, writePlans } from "./growth-report.ts";
import { History } from "./history.ts";
import { Ledger } from "./ledger.ts";
import { plansOf, preparePlans } from "./plans.ts";
import { type Asking, ask, check, questions, rangeStart } from "./questions.ts";

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
    const ledger = new Ledger(client, world, account);
    const history = new History(client, account);
    await history.begin(ledger);
    const senders = await sendersOf(world, account, ledger);
    const measuring = { world, account, client, senders, options, ledger };
    const sizes: Size[] = [await sizeOf(measuring, 0, 0)];
    let rollups = 0;
    for (const millions of options.millions) {
      rollups += await history.growTo(millions);
      sizes.push(await sizeOf(measuring, millions, rollups));
      printGrowth(sizes, say);
    }
    ledger.close();
    writeJson(options.json, { growth: sizes });
    const plans = `${options.json.replace(/\.json$/, "")}-plans.txt`;
    writePlans(plans, sizes);
    say(`\nAll figures: ${options.json}\nAll plans: ${plans}`);
  } finally {
    await client.end();
    await world.stop();
  }
}

/** Recorders of one account, each sending its next batch when the one before is acknowledged. */
async function sendersOf(world: World, account: BenchAccount, ledger: Ledger) {
  const some = { ...account, customers: account.customers.slice(0, CALLING) };
  const batch = eventBatch(await loaded(world, some), BATCH_EVENTS);
  const client = ledger.senderOf(batch);
  return Array.from({ length: RECORDERS }, () => ({ client, batch: new EncodedBatch(batch) }));
}

interface Measuring extends Asking {
  readonly senders: readonly Sender[];
  readonly options: BenchOptions;
  readonly ledger: Ledger;
}

async function sizeOf(measuring: Measuring, millions: number, rollups: number): Promise<Size> {
  const { world, account, senders, options, client, ledger } = measuring;
  const ingest: Figure[] = [];
  for (let round = 0; round <= options.rounds; round += 1) {
    const figure = await sendBatches(world, senders, {
      ...{ seconds: options.seconds, weight: BATCH_EVENTS },
    });
    if (round > 0) ingest.push(figure);
  }
  const known = await ledger.since(rangeStart());
  const asked = [];
  for (const question of questions) {
    const answered = await ask(measuring, question, options.rounds * 4);
    const plans = await plansOf(client, () => ask(measuring, question, 0));
    const checked = await check(measuring, question, known);
    asked.push({ question, answered, plans, checked });
  }
  const reconciled = await reconcile(world, account);
  return { millions, rollups, ingest, asked, reconciled };
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
          withinMs: Date.now() - start,
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
