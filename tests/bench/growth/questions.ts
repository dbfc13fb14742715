import {
  QueryUsageRequest,
  UsageDimension,
  UsageServiceClient,
} from "@tollbook/contracts/metering/v1";
import { type Spread, spreadOf } from "../measure.ts";
import { type BenchAccount, calling } from "../world/account.ts";
import type { World } from "../world/start-world.ts";

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

/** What answers took, and what they said. */
export interface Answered {
  readonly ms: Spread;
  readonly calls: number;
  /** Rows of the first page. */
  readonly rows: number;
}

/** Asks so many times over gRPC, one after the other, once more before to warm caches. */
export async function ask(
  world: World,
  { readingKey }: BenchAccount,
  { groupBy }: Question,
  times: number,
): Promise<Answered> {
  return calling(UsageServiceClient, world.ports.metering, readingKey, async ({ queryUsage }) => {
    const took: number[] = [];
    let [calls, rows] = [0, 0];
    for (let nth = 0; nth <= times; nth += 1) {
      const request = QueryUsageRequest.fromPartial({ ...lastThirtyDays(), groupBy: [...groupBy] });
      const start = performance.now();
      const answer = await queryUsage(request);
      if (nth > 0) took.push(performance.now() - start);
      [calls, rows] = [Number(answer.total?.calls ?? 0), answer.rows.length];
    }
    return { ms: spreadOf(took), calls, rows };
  });
}

const DAY_MS = 24 * 3_600_000;
const INDIA_MS = 5.5 * 3_600_000;

/** Twenty-nine whole days in India and today so far, as a dashboard asks. */
function lastThirtyDays() {
  const now = Date.now();
  const today = Math.floor((now + INDIA_MS) / DAY_MS) * DAY_MS - INDIA_MS;
  return { startTime: new Date(today - 29 * DAY_MS), endTime: new Date(now) };
}
