import { createHash } from "node:crypto";
import type { Database, Tx } from "@tollbook/service";
import { nested } from "../domain/nested-map.ts";
import { type CellDimensions, dimensionsName } from "../domain/usage-fold.ts";

/** Cells remembered in this process: about 30 MB. Past it the memory starts over. */
const KNOWN_MAX = 100_000;

interface KnownCell {
  readonly dimensions: CellDimensions;
  readonly number: number;
}

/** Numbers of cells, remembered once they are committed. */
export class CellDirectory {
  readonly #database: Database;
  /** By account, by key or customer, and by endpoint, which has few. */
  readonly #known = new Map<string, Map<string, Map<string, KnownCell[]>>>();
  #size = 0;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The number of each one's cell; new ones are made in a transaction of their own. */
  async intern(
    accountId: string,
    items: readonly CellDimensions[],
  ): Promise<ReadonlyMap<CellDimensions, number>> {
    const numbers = new Map<CellDimensions, number>();
    const missing: CellDimensions[] = [];
    const owners = this.#known.get(accountId);
    for (const item of items) {
      const cells = owners?.get(ownerOf(item))?.get(item.endpoint) ?? [];
      const known = cells.find(({ dimensions }) => isSame(dimensions, item));
      if (known === undefined) missing.push(item);
      else numbers.set(item, known.number);
    }
    if (missing.length === 0) return numbers;
    const made = await this.#database.inAccount(accountId, (tx) => internCells(tx, missing));
    missing.forEach((item, at) => {
      const number = made[at] ?? 0;
      numbers.set(item, number);
      this.#remember(accountId, item, number);
    });
    return numbers;
  }

  #remember(accountId: string, dimensions: CellDimensions, number: number): void {
    if (this.#size >= KNOWN_MAX) {
      this.#known.clear();
      this.#size = 0;
    }
    const owners = nested(this.#known, accountId);
    const cells = nested(owners, ownerOf(dimensions));
    const ofEndpoint = cells.get(dimensions.endpoint) ?? [];
    cells.set(dimensions.endpoint, ofEndpoint);
    if (ofEndpoint.some((known) => isSame(known.dimensions, dimensions))) return;
    ofEndpoint.push({ dimensions, number });
    this.#size += 1;
  }
}

/** Whose cell it is: a key's, or a customer's that calls without one. */
function ownerOf({ keyId, customerId }: CellDimensions): string {
  return keyId ?? customerId;
}

function isSame(one: CellDimensions, other: CellDimensions): boolean {
  return (
    one.statusClass === other.statusClass &&
    one.method === other.method &&
    one.endpoint === other.endpoint &&
    one.subscriptionId === other.subscriptionId &&
    one.test === other.test &&
    one.keyId === other.keyId &&
    one.customerId === other.customerId
  );
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
