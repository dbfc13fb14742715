import type { RecordUsageRequest, RecordUsageResponse } from "@tollbook/contracts/metering/v1";
import type pg from "pg";
import { UsageClient } from "../load/usage-client.ts";
import type { BenchAccount } from "../world/account.ts";
import type { World } from "../world/start-world.ts";

/** Calls by customer and endpoint: `customer id, line break, endpoint`. */
export type CallsByPair = ReadonlyMap<string, number>;

/** What we know was counted: what the past was written with, and every batch that was acknowledged. */
export class Ledger {
  readonly #client: pg.Client;
  readonly #world: World;
  readonly #account: BenchAccount;
  readonly #customerOf: ReadonlyMap<string, string>;
  readonly #senders: LedgerClient[] = [];

  constructor(client: pg.Client, world: World, account: BenchAccount) {
    this.#client = client;
    this.#world = world;
    this.#account = account;
    this.#customerOf = new Map(account.customers.map((one) => [one.keyId, one.customerId]));
  }

  /** A client that sends this one batch, again and again under new ids. */
  senderOf(batch: RecordUsageRequest): UsageClient {
    const sender = new LedgerClient(this.#world, this.#account, this.#callsOf(batch));
    this.#senders.push(sender);
    return sender;
  }

  /** All calls since the start of a day, counting what was sent as of it. */
  async since(dayStart: Date): Promise<CallsByPair> {
    const text = `select customer_id || e'\\n' || endpoint as pair, sum(calls)::bigint as calls
      from written where day_start >= $1 group by 1`;
    const { rows } = await this.#client.query<{ pair: string; calls: string }>(text, [dayStart]);
    const all = new Map(rows.map(({ pair, calls }) => [pair, Number(calls)]));
    for (const { calls, acknowledged } of this.#senders) {
      for (const [pair, count] of calls) {
        all.set(pair, (all.get(pair) ?? 0) + count * acknowledged);
      }
    }
    return all;
  }

  close(): void {
    for (const sender of this.#senders) sender.close();
  }

  #callsOf({ events, cells }: RecordUsageRequest): CallsByPair {
    const items = [...events.map((event) => ({ ...event, count: 1n })), ...cells];
    const calls = new Map<string, number>();
    for (const { caller, endpoint, count } of items) {
      const customerId = this.#customerOf.get(String(caller?.value));
      const pair = `${customerId}\n${endpoint}`;
      calls.set(pair, (calls.get(pair) ?? 0) + Number(count));
    }
    return calls;
  }
}

/** Counts what was acknowledged. */
class LedgerClient extends UsageClient {
  readonly calls: CallsByPair;
  acknowledged = 0;

  constructor({ ports }: World, { rootKey }: BenchAccount, calls: CallsByPair) {
    super(ports.metering, rootKey);
    this.calls = calls;
  }

  override async record(batch: Buffer): Promise<RecordUsageResponse> {
    const receipt = await super.record(batch);
    if (receipt.rejected > 0n) throw new Error(`${receipt.rejected} items were rejected`);
    this.acknowledged += 1;
    return receipt;
  }
}
