import type { ChaosAccount } from "../account.ts";
import type { UsageLedger } from "../clients/sent-usage.ts";
import { query } from "../world/query.ts";
import { type Finding, findingOf } from "./finding.ts";
import type { ToldCalls } from "./told-calls.ts";

/** Acknowledged = counted, nothing twice, nothing that nobody sent. */
export async function compareCalls(
  url: string,
  account: ChaosAccount,
  told: ToldCalls,
  clients: readonly UsageLedger[],
): Promise<Finding[]> {
  return [
    ...(await compareEvents(url, account, told)),
    ...(await compareCustomers(url, account, told)),
    ...(await compareBatches(url, account, clients)),
  ];
}

async function compareEvents(url: string, { accountId }: ChaosAccount, { events }: ToldCalls) {
  const text = "select event_id from seen_event where account_id = $1";
  const rows = await query<{ event_id: string }>(url, text, [accountId]);
  const seen = new Set(rows.map(({ event_id }) => event_id));
  const lost = [...events].flatMap(([id, acknowledged]) => {
    return acknowledged && !seen.has(id) ? [id] : [];
  });
  const strangers = [...seen].filter((id) => !events.has(id));
  return [
    ...findingOf("acknowledged events are not counted", lost),
    ...findingOf("events are counted that nobody sent", strangers),
  ];
}

interface CustomerRow {
  customer_id: string;
  calls: string;
  refused: string;
}

async function compareCustomers(url: string, account: ChaosAccount, told: ToldCalls) {
  const text = `select u.customer_id, sum(r.calls) as calls, sum(r.refused) as refused
    from rollup r join usage_cell u using (account_id, cell_id)
    where r.account_id = $1 group by u.customer_id`;
  const rows = await query<CustomerRow>(url, text, [account.accountId]);
  const byId = new Map(rows.map((row) => [row.customer_id, row]));
  const few: string[] = [];
  const many: string[] = [];
  account.customers.forEach(({ customerId, plan }, place) => {
    const sums = told.customers[place];
    if (sums === undefined) return;
    const calls = Number(byId.get(customerId)?.calls ?? 0);
    const refused = Number(byId.get(customerId)?.refused ?? 0);
    const who = `${plan} customer ${customerId}`;
    const { acknowledged, made } = sums;
    if (calls < acknowledged) few.push(`${who}: ${acknowledged} acknowledged, ${calls} counted`);
    if (calls > made) many.push(`${who}: ${made} made, ${calls} counted`);
    if (refused > sums.refused) many.push(`${who}: ${sums.refused} refused, ${refused} counted so`);
  });
  return [
    ...findingOf("customers have fewer calls than were acknowledged", few),
    ...findingOf("customers have more calls than were made", many),
  ];
}

interface BatchRow {
  batch_id: string;
  recorder_id: string;
  counted: string;
  duplicates: number;
}

/** Each batch of a client is there as its receipt has it; a gate's batches are its own affair. */
async function compareBatches(
  url: string,
  { accountId }: ChaosAccount,
  clients: readonly UsageLedger[],
) {
  const text = `select batch_id, recorder_id, counted, duplicates from usage_batch
    where account_id = $1 and recorder_id = any($2::uuid[])`;
  const recorders = clients.map(({ recorderId }) => recorderId);
  const rows = await query<BatchRow>(url, text, [accountId, recorders]);
  const byId = new Map(rows.map((row) => [row.batch_id, row]));
  const sent = new Map(clients.flatMap(({ batches }) => [...batches]));
  const missing: string[] = [];
  const different: string[] = [];
  for (const [id, { receipt }] of sent) {
    const row = byId.get(id);
    if (receipt === undefined) continue;
    if (row === undefined) missing.push(id);
    else if (
      BigInt(row.counted) !== receipt.counted ||
      BigInt(row.duplicates) !== receipt.duplicates
    )
      different.push(`${id}: told ${receipt.counted}, stored ${row.counted}`);
  }
  const strangers = rows.map(({ batch_id }) => batch_id).filter((id) => !sent.has(id));
  return [
    ...findingOf("acknowledged batches are not there", missing),
    ...findingOf("batches differ from their receipts", different),
    ...findingOf("batches are there that nobody sent", strangers),
  ];
}
