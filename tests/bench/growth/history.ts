import { setTimeout } from "node:timers/promises";
import { RecordUsageRequest } from "@tollbook/contracts/metering/v1";
import { newId } from "@tollbook/domain";
import type pg from "pg";
import { EncodedBatch } from "../load/encoded-batch.ts";
import type { BenchAccount } from "../world/account.ts";
import {
  ADD_DAY,
  CALLED_TODAY,
  CELLS_NAMED_OTHERWISE,
  CHOOSE_CELLS,
  CHOOSE_ENDPOINTS,
  LEDGER,
  MAKE_CELLS,
  PARTITIONS,
} from "./history-sql.ts";
import type { Ledger } from "./ledger.ts";

/** Whole local days before today that the account has usage of. */
const DAYS = 90;
/** Endpoints of the API; a customer calls ten of them on a day, the first ones most often. */
const ENDPOINTS = 40;
const BATCH_CELLS = 1_000;
const DAY_MS = 24 * 3_600_000;
/** The account's zone, as `openAccount` leaves it, is India's. */
const ZONE_MS = 5.5 * 3_600_000;
const QUARTER_HOUR_MS = 900_000;

/** The start of the day that it is in India. */
export function startOfToday(): Date {
  return new Date(Math.floor((Date.now() + ZONE_MS) / DAY_MS) * DAY_MS - ZONE_MS);
}

/**
 * The past of an account, written into metering's own tables as ingest would have left it: rollups,
 * days of cells and customers, one accepted batch a day, counters of the running month. Today is as
 * long as it has been, at the same pace. Each day is one transaction under the account's fence, so
 * the reconciler agrees at any moment.
 */
export class History {
  readonly #client: pg.Client;
  readonly #account: BenchAccount;
  readonly #today = startOfToday();
  /** What is counted for real comes after this quarter hour. */
  readonly #until = new Date(Math.floor(Date.now() / QUARTER_HOUR_MS) * QUARTER_HOUR_MS);
  #millions = 0;
  /** In so many quarter hours of a day an endpoint is called that a customer uses that day. */
  #quarterHours = 0;

  constructor(client: pg.Client, account: BenchAccount) {
    this.#client = client;
    this.#account = account;
  }

  /** Chooses each day's endpoints; today's are called once, for real, and make their cells. */
  async begin(ledger: Ledger): Promise<void> {
    const { accountId } = this.#account;
    await untilHeard(this.#client, this.#account);
    await this.#client.query(PARTITIONS);
    await this.#client.query("select setseed(0.42)");
    await this.#client.query(CHOOSE_ENDPOINTS, [accountId, DAYS, ENDPOINTS]);
    await this.#callToday(ledger);
    const named = await this.#client.query<{ cells: number }>(CELLS_NAMED_OTHERWISE, [accountId]);
    if (named.rows[0]?.cells !== 0) throw new Error("the product names its cells otherwise");
    for (const text of [MAKE_CELLS, CHOOSE_CELLS]) await this.#client.query(text, [accountId]);
    for (const text of [LEDGER, "analyze chosen_cell"]) await this.#client.query(text);
  }

  async #callToday(ledger: Ledger): Promise<void> {
    const { customers } = this.#account;
    const keys = new Map(customers.map(({ customerId, keyId }) => [customerId, keyId]));
    const called = await this.#client.query<{ customer_id: string; endpoint: string }>(
      CALLED_TODAY,
    );
    const minute = new Date(Math.floor(Date.now() / 60_000) * 60_000);
    for (let from = 0; from < called.rows.length; from += BATCH_CELLS) {
      const cells = called.rows.slice(from, from + BATCH_CELLS).map((row) => ({
        caller: { $case: "keyId" as const, value: keys.get(row.customer_id) ?? "" },
        ...{ endpoint: row.endpoint, method: "GET", status: 200 },
        ...{ minute, count: 1n, units: 1n, latency: { counts: [1] } },
      }));
      const batch = RecordUsageRequest.fromPartial({ recorderId: newId(), cells });
      await ledger.senderOf(batch).record(new EncodedBatch(batch).fresh());
    }
  }

  /** Adds calls until the days before today have so many millions; gives how many rollups it made. */
  async growTo(millions: number): Promise<number> {
    const { accountId, customers } = this.#account;
    const first = this.#quarterHours;
    const quarterHours = Math.max(first + 1, Math.ceil(Math.sqrt(millions)));
    const calls = (millions - this.#millions) * 1_000_000;
    const perDay = Math.floor(calls / (DAYS * customers.length));
    const rest = calls - perDay * DAYS * customers.length;
    let [rollups, written] = [0, 0];
    for (let day = 0; day <= DAYS; day += 1) {
      // What does not divide evenly is called by the first customers of the newest days.
      const spare = day === 0 ? 0 : rest - (day - 1) * customers.length;
      const more = Math.min(customers.length, Math.max(0, spare));
      const start = new Date(this.#today.getTime() - day * DAY_MS);
      const shape = [first, quarterHours - first, perDay, more];
      const made = await this.#addDay([accountId, day, start, ...shape, newId(), this.#until]);
      rollups += made.rollups;
      if (day > 0) written += made.calls;
    }
    if (written !== calls) throw new Error(`${written} calls were written instead of ${calls}`);
    this.#millions = millions;
    this.#quarterHours = quarterHours;
    for (const table of ["rollup", "rollup_day", "rollup_customer_day", "usage_cell"]) {
      await this.#client.query(`vacuum (analyze) ${table}`);
    }
    return rollups;
  }

  async #addDay(binds: readonly unknown[]): Promise<{ rollups: number; calls: number }> {
    await this.#client.query("begin");
    const [accountId] = binds;
    const fence = "select from account_fence where account_id = $1 for update";
    await this.#client.query(fence, [accountId]);
    const made = await this.#client.query<{ rollups: string; calls: string }>(ADD_DAY, [...binds]);
    await this.#client.query("commit");
    const { rollups, calls } = made.rows[0] ?? {};
    return { rollups: Number(rollups), calls: Number(calls) };
  }
}

/** News of a thousand new customers comes in for a while, and changes what a batch is counted by. */
const TRIES_MAX = 180;

/** Waits until all customers are heard of, and days are being folded in the account's zone. */
async function untilHeard(client: pg.Client, { accountId, customers }: BenchAccount) {
  const text = `select (select count(*)::integer from entitlement where account_id = $1) as heard,
    (select isfinite(folded_until) from account_fence where account_id = $1) as folding`;
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const { rows } = await client.query<{ heard: number; folding: boolean }>(text, [accountId]);
    if (rows[0]?.heard === customers.length && rows[0].folding) return;
    await setTimeout(500);
  }
  throw new Error("metering has not heard of all customers");
}
