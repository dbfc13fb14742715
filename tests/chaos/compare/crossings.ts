import { QuotaExhausted, QuotaThresholdCrossed } from "@tollbook/contracts/metering/v1/events";
import { query } from "../world/query.ts";
import { type Finding, findingOf } from "./finding.ts";

interface CrossedRow {
  customer_id: string;
  limit_id: string;
  window_start: Date;
  limit_version: string;
  percent: number;
}

/** Each threshold that was passed is told exactly once, and nothing else is. */
export async function compareCrossings(url: string, accountId: string): Promise<Finding[]> {
  const noted = await query<CrossedRow>(url, NOTED, [accountId]);
  const expected = new Set(noted.map(nameOf));
  const told = await toldCrossings(url, accountId);
  const missed = await query<CrossedRow>(url, MISSED, [accountId]);
  return [
    ...findingOf(
      "thresholds that were passed were not told",
      [...expected].filter((name) => !told.has(name)),
    ),
    ...findingOf(
      "thresholds were told that are not noted",
      [...told.keys()].filter((name) => !expected.has(name)),
    ),
    ...findingOf(
      "thresholds were told more than once",
      [...told].flatMap(([name, times]) => (times > 1 ? [`${name}: ${times} times`] : [])),
    ),
    ...findingOf("counters are past a threshold that was not noted", missed.map(nameOf)),
  ];
}

function nameOf(row: CrossedRow): string {
  const { customer_id, limit_id, window_start, limit_version, percent } = row;
  const start = window_start.toISOString();
  return `${percent} % of limit ${limit_id} v${limit_version} of ${customer_id} since ${start}`;
}

async function toldCrossings(url: string, accountId: string): Promise<Map<string, number>> {
  const rows = await query<{ type: string; payload: Buffer }>(url, OUTBOX, [
    accountId,
    [QuotaThresholdCrossed.$type, QuotaExhausted.$type],
  ]);
  const told = new Map<string, number>();
  for (const { type, payload } of rows) {
    const exhausted = type === QuotaExhausted.$type;
    const message = exhausted
      ? { ...QuotaExhausted.decode(payload), percent: 100 }
      : QuotaThresholdCrossed.decode(payload);
    const name = nameOf({
      customer_id: message.customerId,
      limit_id: message.limitId,
      window_start: message.windowStartTime ?? new Date(0),
      limit_version: String(message.limitVersion),
      percent: message.percent,
    });
    told.set(name, (told.get(name) ?? 0) + 1);
  }
  return told;
}

const OUTBOX = "select type, payload from outbox where account_id = $1 and type = any($2)";

const NOTED = `select c.customer_id, t.limit_id, c.window_start, t.limit_version, t.percent
  from threshold_crossed t join counter c using (account_id, counter_id)
  where t.account_id = $1 and t.told`;

/** By the percentages that the subscription's plan wants told; 100 always is. */
const MISSED = `select c.customer_id, l.limit_id, c.window_start, l.version as limit_version, w.percent
  from counter c join usage_limit l using (account_id, subject_id, meter_id, window_name)
  join entitlement e on e.account_id = c.account_id and e.subscription_id = c.subject_id
  cross join lateral (
    select unnest(case when e.threshold_percents = '{}' then '{80,100}'::integer[]
      else e.threshold_percents || 100 end) as percent) w
  where c.account_id = $1 and not c.test and c.window_start >= l.counted_from
    and c.consumed > 0 and c.consumed * 100 >= l.quota * w.percent
    and not exists (select from threshold_crossed t where t.account_id = c.account_id
      and t.counter_id = c.counter_id and t.limit_id = l.limit_id and t.percent = w.percent)`;
