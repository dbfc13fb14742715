import type { Tx } from "@tollbook/service";

/** The guard of one month, which may be full. */
export interface EndpointGuard {
  /** The first day of the month of business time, in UTC: `2026-11-01`. */
  readonly month: string;
  /** So many endpoints may be new in it. */
  readonly max: number;
  /** Called once a month and account, in the transaction in which one is too many. */
  onOverflow(endpoint: string): void;
}

/**
 * Of endpoints that are about to get rollups of their own, those that must not: raw paths that
 * somebody sends as templates would make a row for each call. An account may have so many new ones
 * a month; those it had before stay.
 */
export async function endpointsPastGuard(
  tx: Tx,
  endpoints: readonly string[],
  { month, max, onOverflow }: EndpointGuard,
): Promise<ReadonlySet<string>> {
  const strange = await unknownOf(tx, endpoints);
  if (strange.length === 0) return new Set();
  // One at a time for an account, or two processes would both take the last places.
  await tx.sql("select pg_advisory_xact_lock(hashtextextended($1, 7068022))", [tx.accountId]);
  const fresh = await unknownOf(tx, strange);
  const room = Math.max(0, max - (await newIn(tx, month)));
  const admitted = `insert into usage_endpoint (account_id, endpoint, first_month)
    select $1::uuid, endpoint, $3::date from unnest($2::text[]) as t (endpoint)`;
  await tx.sql(admitted, [tx.accountId, fresh.slice(0, room), month]);
  const past = fresh.slice(room);
  if (past[0] !== undefined && (await isFirst(tx, month))) onOverflow(past[0]);
  return new Set(past);
}

async function unknownOf(tx: Tx, endpoints: readonly string[]): Promise<string[]> {
  const text = `select distinct t.endpoint from unnest($2::text[]) as t (endpoint)
    where not exists (select from usage_endpoint e
      where e.account_id = $1 and e.endpoint = t.endpoint)
    order by 1`;
  const rows = await tx.sql<{ endpoint: string }>(text, [tx.accountId, endpoints]);
  return rows.map(({ endpoint }) => endpoint);
}

async function newIn(tx: Tx, month: string): Promise<number> {
  const text = `select count(*)::integer as count from usage_endpoint
    where account_id = $1 and first_month = $2`;
  const [row] = await tx.sql<{ count: number }>(text, [tx.accountId, month]);
  return row?.count ?? 0;
}

async function isFirst(tx: Tx, month: string): Promise<boolean> {
  const text = `insert into endpoint_overflow (account_id, month) values ($1, $2)
    on conflict do nothing returning month`;
  return (await tx.sql(text, [tx.accountId, month])).length > 0;
}
