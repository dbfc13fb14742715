import type { ChaosAccount } from "../account.ts";
import { hardQuotaOf } from "../plans.ts";
import { query } from "../world/query.ts";
import { type Finding, findingOf } from "./finding.ts";
import type { ToldCalls } from "./told-calls.ts";

interface CounterRow {
  counter_id: string;
  window_name: string;
  quota: string;
  consumed: string;
  leased: string;
  stranded: string;
}

/** No hard limit is passed: not by what gates let through, and not by what counters say. */
export async function compareLimits(
  url: string,
  account: ChaosAccount,
  told: ToldCalls,
): Promise<Finding[]> {
  const passed = account.customers.flatMap(({ plan, customerId }, place) => {
    const windows = [...(told.customers[place]?.allowedIn.values() ?? [])];
    return windows.flatMap(({ limit, windowStartMs, calls }) => {
      const quota = hardQuotaOf(plan, limit) ?? Number.POSITIVE_INFINITY;
      const since = new Date(windowStartMs).toISOString();
      const sentence = `${plan} customer ${customerId}: ${calls} of ${quota} ${limit} since ${since}`;
      return calls > quota ? [sentence] : [];
    });
  });
  const rows = await query<CounterRow>(url, OVER, [account.accountId]);
  const over = rows.map((row) => {
    const { consumed, leased, stranded, quota } = row;
    const sum = `${consumed} consumed + ${leased} leased + ${stranded} stranded`;
    return `counter ${row.counter_id} (${row.window_name}): ${sum} > ${quota}`;
  });
  return [
    ...findingOf("gates let more through than a hard limit allows", passed),
    ...findingOf("counters are over a hard limit", over),
  ];
}

/** Nobody but gates uses these customers, so that only grants can have passed a limit. */
const OVER = `select c.counter_id, c.window_name, l.quota, c.consumed, c.leased, c.stranded
  from counter c join usage_limit l using (account_id, subject_id, meter_id, window_name)
  where c.account_id = $1 and l.hard
    and c.consumed + c.leased + c.stranded > l.quota * (100 + l.headroom_percent) / 100`;
