import { setTimeout } from "node:timers/promises";
import { RecordUsageRequest } from "@tollbook/contracts/metering/v1";
import { newId } from "@tollbook/domain";
import type pg from "pg";
import { EncodedBatch } from "../load/encoded-batch.ts";
import type { UsageClient } from "../load/usage-client.ts";
import type { BenchAccount } from "../world/account.ts";
import { ADD_DAY, CHOOSE_ENDPOINTS, PARTITIONS } from "./history-sql.ts";

/** Whole local days before today that the account has usage of. */
export const DAYS = 90;
/** Endpoints of the API; a customer-day has ten of them, the first ones most often. */
export const ENDPOINTS = 40;
/** The account's zone, as `openAccount` leaves it. */
const ZONE = "Asia/Kolkata";
const BATCH_CELLS = 1_000;

/**
 * The past of an account, written into metering's own tables as ingest would have left it: rollups,
 * days of cells and customers, one accepted batch a day, counters of the running month. Each day is
 * one transaction under the account's fence, so the reconciler agrees at any moment.
 */
export class History {
  readonly #client: pg.Client;
  readonly #account: BenchAccount;
  #millions = 0;
  /** In so many quarter hours of a day an endpoint is called that a customer uses that day. */
  #quarterHours = 0;

  constructor(client: pg.Client, account: BenchAccount) {
    this.#client = client;
    this.#account = account;
  }

  /** Makes cells by counting a call of every customer at every endpoint, and chooses each day's. */
  async begin(usage: UsageClient): Promise<void> {
    const { customers, accountId } = this.#account;
    await untilHeard(this.#client, this.#account);
    const minute = new Date(Math.floor(Date.now() / 60_000) * 60_000);
    const pairs = Array.from({ length: customers.length * ENDPOINTS }, (_, at) => at);
    for (let from = 0; from < pairs.length; from += BATCH_CELLS) {
      const cells = pairs.slice(from, from + BATCH_CELLS).map((at) => ({
        caller: { $case: "keyId" as const, value: customers[at % customers.length]?.keyId ?? "" },
        ...{ endpoint: `/v1/forecast/${Math.floor(at / customers.length)}`, method: "GET" },
        ...{ status: 200, minute, count: 1n, units: 1n, latency: { counts: [1] } },
      }));
      const batch = RecordUsageRequest.fromPartial({ recorderId: newId(), cells });
      const { rejected } = await usage.record(new EncodedBatch(batch).fresh());
      if (rejected > 0n) throw new Error(`${rejected} cells of the first batch were rejected`);
    }
    await this.#client.query(PARTITIONS);
    await this.#client.query("select setseed(0.42)");
    await this.#client.query(CHOOSE_ENDPOINTS, [accountId, DAYS, ENDPOINTS]);
    await this.#client.query("analyze chosen_endpoint");
  }

  /** Adds calls until the past has so many millions; gives how many rollups it has then. */
  async growTo(millions: number): Promise<number> {
    const { accountId, customers } = this.#account;
    const first = this.#quarterHours;
    const quarterHours = Math.max(first + 1, Math.ceil(Math.sqrt(millions)));
    const calls = (millions - this.#millions) * 1_000_000;
    const perDay = Math.floor(calls / (DAYS * customers.length));
    const rest = calls - perDay * DAYS * customers.length;
    let rollups = 0;
    for (let day = 0; day < DAYS; day += 1) {
      // What does not divide evenly is called by the first customers of the oldest days.
      const more = Math.min(customers.length, Math.max(0, rest - day * customers.length));
      const binds = [accountId, day, first, quarterHours - first, perDay, more, newId(), ZONE];
      rollups += await this.#addDay(binds);
    }
    this.#millions = millions;
    this.#quarterHours = quarterHours;
    await this.#client.query("vacuum (analyze) rollup");
    await this.#client.query("vacuum (analyze) rollup_day");
    await this.#client.query("vacuum (analyze) rollup_customer_day");
    return rollups;
  }

  async #addDay(binds: readonly unknown[]): Promise<number> {
    await this.#client.query("begin");
    const [accountId] = binds;
    const fence = "select from account_fence where account_id = $1 for update";
    await this.#client.query(fence, [accountId]);
    const { rows } = await this.#client.query<{ rollups: string }>(ADD_DAY, [...binds]);
    await this.#client.query("commit");
    return Number(rows[0]?.rollups ?? 0);
  }
}

/** News of a thousand new customers comes in for a while, and changes what a batch is counted by. */
const TRIES_MAX = 120;

async function untilHeard(client: pg.Client, { accountId, customers }: BenchAccount) {
  const text = "select count(*)::integer as heard from entitlement where account_id = $1";
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const { rows } = await client.query<{ heard: number }>(text, [accountId]);
    if (rows[0]?.heard === customers.length) return;
    await setTimeout(500);
  }
  throw new Error("metering has not heard of all customers");
}
