import { CustomerChanged, KeyChanged, RootKeyChanged } from "@tollbook/contracts/auth/v1/events";
import type { Database, Tx } from "@tollbook/service";
import type { KeyNews, NewsPage, NewsReader } from "../app/key-news.ts";
import type { Accounts, Customers, Keys } from "../app/needs.ts";

/** News are told in portions; a gate that was away long reads several. */
const pageSize = 500;

interface OutboxRow {
  number: string;
  type: string;
  payload: Buffer;
}

/**
 * Reads what gates must hear from auth's own outbox: its number within the account is the
 * version, taken in commit order and without gaps.
 */
export const newsReader = (
  database: Database,
  repositories: { accounts: Accounts; keys: Keys; customers: Customers },
): NewsReader => ({
  newest: (accountId) =>
    database.inAccount(accountId, async (tx) => {
      const text = "select last_number from outbox_number where account_id = $1";
      const [row] = await tx.sql<{ last_number: string }>(text, [accountId]);
      const account = await repositories.accounts.get(tx);
      return { version: BigInt(row?.last_number ?? 0), account };
    }),

  after: (accountId, version) =>
    database.inAccount(accountId, async (tx) => {
      const text = `select number, type, payload from outbox
        where account_id = $1 and number > $2 order by number limit ${pageSize}`;
      const rows = await tx.sql<OutboxRow>(text, [accountId, version]);
      const first = rows[0];
      if (first && BigInt(first.number) !== version + 1n) return undefined;
      return toPage(tx, rows, version, repositories);
    }),
});

async function toPage(
  tx: Tx,
  rows: readonly OutboxRow[],
  version: bigint,
  { keys, customers }: { keys: Keys; customers: Customers },
): Promise<NewsPage> {
  const last = rows.at(-1);
  const after = last ? BigInt(last.number) : version;
  const keyIds = idsOf(rows, KeyChanged, ({ keyId }) => keyId);
  const customerIds = idsOf(rows, CustomerChanged, ({ customer }) => customer?.customerId ?? "");
  const found = keyIds.length > 0 ? await keys.byIds(tx, keyIds) : [];
  const changed = customerIds.length > 0 ? await customers.some(tx, customerIds, []) : [];
  const news: KeyNews[] = [
    ...found.map((key) => ({ kind: "key" as const, found: key, version: after })),
    ...changed.map(({ customerId, standing, version: customerVersion }) => {
      return { kind: "customer" as const, customerId, standing, customerVersion, version: after };
    }),
    ...revoked(rows).map((rootKeyId) => {
      return { kind: "root-key-revoked" as const, rootKeyId, version: after };
    }),
  ];
  return { news, version: after, more: rows.length === pageSize };
}

function idsOf<M>(
  rows: readonly OutboxRow[],
  codec: { $type: string; decode(bytes: Uint8Array): M },
  idOf: (message: M) => string,
): string[] {
  const told = rows.filter(({ type }) => type === codec.$type);
  return [...new Set(told.map(({ payload }) => idOf(codec.decode(payload))))];
}

function revoked(rows: readonly OutboxRow[]): string[] {
  const told = rows.filter(({ type }) => type === RootKeyChanged.$type);
  const messages = told.map(({ payload }) => RootKeyChanged.decode(payload));
  return messages.filter(({ revokeTime }) => revokeTime).map(({ rootKeyId }) => rootKeyId);
}
