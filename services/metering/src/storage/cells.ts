import { createHash } from "node:crypto";
import type { Database, Tx } from "@tollbook/service";
import { type CellDimensions, dimensionsName } from "../domain/usage-fold.ts";

/** Cells remembered in this process: about 30 MB. Past it the memory starts over. */
const KNOWN_MAX = 100_000;

/** Numbers of cells, remembered once they are committed. */
export class CellDirectory {
  readonly #database: Database;
  readonly #known = new Map<string, number>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** The number of each one's cell; new ones are made in a transaction of their own. */
  async intern(
    accountId: string,
    items: readonly CellDimensions[],
  ): Promise<ReadonlyMap<CellDimensions, number>> {
    const names = items.map((item) => `${accountId}\n${dimensionsName(item)}`);
    const missing = new Map<string, CellDimensions>();
    names.forEach((name, at) => {
      const item = items[at];
      if (item !== undefined && !this.#known.has(name)) missing.set(name, item);
    });
    const found = missing.size === 0 ? undefined : await this.#intern(accountId, missing);
    return new Map(
      items.map((item, at) => {
        const name = names[at] ?? "";
        const number = this.#known.get(name) ?? found?.get(name);
        if (number === undefined) throw new Error("a cell was interned and has no number");
        return [item, number];
      }),
    );
  }

  async #intern(accountId: string, missing: ReadonlyMap<string, CellDimensions>) {
    const dimensions = [...missing.values()];
    const numbers = await this.#database.inAccount(accountId, (tx) => internCells(tx, dimensions));
    if (this.#known.size + numbers.length > KNOWN_MAX) this.#known.clear();
    const found = new Map<string, number>();
    [...missing.keys()].forEach((name, at) => {
      found.set(name, numbers[at] ?? 0);
      this.#known.set(name, numbers[at] ?? 0);
    });
    return found;
  }
}

/** Numbers of cells within a transaction, in the order asked; new ones are made. */
export async function internCells(
  tx: Tx,
  items: readonly CellDimensions[],
): Promise<readonly number[]> {
  const hashes = items.map(hashOf);
  const known = await find(tx, hashes);
  const isMissing = (_: CellDimensions, at: number) => !known.has(hashes[at] ?? "");
  const missing = items.filter(isMissing);
  if (missing.length > 0) {
    await insert(tx, missing);
    // A cell that somebody else made at the same moment is not in what an insert returns.
    for (const [hash, cell] of await find(tx, missing.map(hashOf))) known.set(hash, cell);
  }
  return hashes.map((hash) => {
    const number = known.get(hash);
    if (number === undefined) throw new Error("a cell was inserted and is not there");
    return number;
  });
}

async function find(tx: Tx, hashes: readonly string[]): Promise<Map<string, number>> {
  const text = `select dimensions_hash, cell_id from usage_cell
    where account_id = $1 and dimensions_hash = any($2::uuid[])`;
  const rows = await tx.sql<{ dimensions_hash: string; cell_id: number }>(text, [
    tx.accountId,
    [...new Set(hashes)],
  ]);
  return new Map(rows.map((row) => [row.dimensions_hash, row.cell_id]));
}

async function insert(tx: Tx, items: readonly CellDimensions[]): Promise<void> {
  const text = `insert into usage_cell (account_id, dimensions_hash, customer_id, key_id,
      subscription_id, endpoint, method, status_class, test)
    select $1::uuid, * from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[],
      $7::text[], $8::smallint[], $9::boolean[])
    order by 2 on conflict do nothing`;
  await tx.sql(text, [
    tx.accountId,
    items.map(hashOf),
    items.map(({ customerId }) => customerId),
    items.map(({ keyId }) => keyId ?? null),
    items.map(({ subscriptionId }) => subscriptionId ?? null),
    items.map(({ endpoint }) => endpoint),
    items.map(({ method }) => method),
    items.map(({ statusClass }) => statusClass),
    items.map(({ test }) => test),
  ]);
}

/** 128 bits of SHA-256, as a UUID because PostgreSQL keeps those well. */
function hashOf(item: CellDimensions): string {
  const hex = createHash("sha256").update(dimensionsName(item)).digest("hex");
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)];
  return [...parts, hex.slice(20, 32)].join("-");
}
