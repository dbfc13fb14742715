import {
  QueryUsageRequest,
  UsageDimension,
  type UsageRow,
  UsageServiceClient,
} from "@tollbook/contracts/metering/v1";
import type pg from "pg";
import { cpuOf, cpuOfFamily } from "../cpu.ts";
import { type Spread, spreadOf } from "../measure.ts";
import { type BenchAccount, calling } from "../world/account.ts";
import type { World } from "../world/start-world.ts";
import { bareAnswer } from "./bare-sql.ts";
import { startOfToday } from "./history.ts";
import type { CallsByPair } from "./ledger.ts";

/** A question about the last thirty days, and how long its answer may take at the median. */
export interface Question {
  readonly name: string;
  readonly wantedMs: number;
  readonly groupBy: readonly UsageDimension[];
}

/** The questions of the growth report. */
export const questions: readonly Question[] = [
  { name: "30 days by customer", wantedMs: 50, groupBy: [UsageDimension.CUSTOMER] },
  {
    name: "30 days by customer and endpoint",
    wantedMs: 300,
    groupBy: [UsageDimension.CUSTOMER, UsageDimension.ENDPOINT],
  },
];

/** What answers took, the product's and of plain SQL over the same tables, in turn. */
export interface Answered {
  readonly ms: Spread;
  readonly bareMs: Spread;
  /** CPU of metering and PostgreSQL for one answer of the product. */
  readonly cpuMs: number;
}

/** Who asks whom. */
export interface Asking {
  readonly world: World;
  readonly account: BenchAccount;
  /** The superuser, on metering's database. */
  readonly client: pg.Client;
}

/** Asks for the first page so many times over gRPC, one after the other, once before for caches. */
export async function ask(asking: Asking, question: Question, times: number): Promise<Answered> {
  const { world, account, client } = asking;
  const [took, bare]: [number[], number[]] = [[], []];
  let cpuUs = 0;
  await calling(UsageServiceClient, world.ports.metering, account.readingKey, async (usage) => {
    for (let nth = 0; nth <= times; nth += 1) {
      const request = requestOf(question);
      const before = cpuOf(world.meteringPid) + cpuOfFamily(world.postgresPid);
      const productMs = await timed(() => usage.queryUsage(request));
      const after = cpuOf(world.meteringPid) + cpuOfFamily(world.postgresPid);
      const bareMs = await timed(() => bareAnswer(client, account.accountId, request));
      if (nth === 0 && times > 0) continue;
      took.push(productMs);
      bare.push(bareMs);
      cpuUs += after - before;
    }
  });
  return { ms: spreadOf(took), bareMs: spreadOf(bare), cpuMs: cpuUs / 1_000 / took.length };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** How many groups an answer has in all its pages, and how many of them are not as they should be. */
export interface Checked {
  readonly groups: number;
  readonly calls: number;
  readonly wrong: number;
}

/** Reads all pages, and compares each group and the total with what we know was counted. */
export async function check(
  { world, account }: Asking,
  question: Question,
  known: CallsByPair,
): Promise<Checked> {
  const expected = new Map<string, number>();
  for (const [pair, calls] of known) {
    const name = question.groupBy.length > 1 ? pair : (pair.split("\n")[0] ?? "");
    expected.set(name, (expected.get(name) ?? 0) + calls);
  }
  const { rows, total } = await pages(world, account, question);
  let wrong = Math.abs(expected.size - rows.length);
  for (const { group, calls } of rows) {
    const { customerId = "", endpoint = "" } = group ?? {};
    const name = question.groupBy.length > 1 ? `${customerId}\n${endpoint}` : customerId;
    if (expected.get(name) !== Number(calls)) wrong += 1;
  }
  const sum = [...expected.values()].reduce((so, calls) => so + calls, 0);
  if (sum !== total) wrong += 1;
  return { groups: rows.length, calls: total, wrong };
}

const PAGE_SIZE = 10_000;

async function pages({ ports }: World, { readingKey }: BenchAccount, question: Question) {
  return calling(UsageServiceClient, ports.metering, readingKey, async ({ queryUsage }) => {
    const [request, rows]: [QueryUsageRequest, UsageRow[]] = [requestOf(question), []];
    let [pageToken, total] = ["", 0];
    do {
      const answer = await queryUsage({ ...request, pageSize: PAGE_SIZE, pageToken });
      rows.push(...answer.rows);
      total = Number(answer.total?.calls);
      pageToken = answer.nextPageToken;
    } while (pageToken !== "");
    return { rows, total };
  });
}

/** Whole days before today that are asked about, besides today so far: as a dashboard asks. */
const DAYS_BEFORE = 29;

/** Where the range of all questions begins. */
export function rangeStart(): Date {
  return new Date(startOfToday().getTime() - DAYS_BEFORE * 24 * 3_600_000);
}

function requestOf({ groupBy }: Question): QueryUsageRequest {
  const range = { startTime: rangeStart(), endTime: new Date() };
  return QueryUsageRequest.fromPartial({ ...range, groupBy: [...groupBy] });
}
