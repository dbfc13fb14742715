import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { needs } from "@tollbook/testing";
import { refuseOldBooks } from "../src/app/books-changed.ts";
import type { SealedPeriod } from "../src/app/seal-periods.ts";
import type { MeterSet } from "../src/domain/meter-set.ts";
import type { UsageFold } from "../src/domain/usage-fold.ts";
import { reconcile } from "./reconcile.ts";
import { TestAccount } from "./test-account.ts";
import { TestGate } from "./test-gate.ts";
import { testMetering } from "./test-metering.ts";

const BATCHES = 300;
/** Batches of one process in work at once; the door lets in no more. */
const SENDERS = 30;
/** So that batches come in between. */
const BETWEEN_SEALS_MS = 100;
const DAY_MS = 24 * 3_600_000;

/** Customers whose month is over and may be sealed. */
async function overdue(count = 1) {
  const metering = await testMetering();
  const account = new TestAccount(metering);
  const customers = Array.from({ length: count }, () => account.customer());
  for (const customer of customers) {
    account.entitle(customer);
    await new TestGate(account).ask(customer, 0);
  }
  const { start, end } = account.month();
  metering.clock.travelTo(new Date(end.getTime() + 2 * DAY_MS));
  const periods = customers.map(({ customerId, subscriptionId }) => {
    return { customerId, subscriptionId, startTime: start, endTime: end, splitTimes: [] };
  });
  const time = new Date(end.getTime() - 60_000);
  /** A batch that met a seal in each of its tries is told so, and its sender comes back. */
  const late = async (): Promise<void> => {
    try {
      await account.record(customers.map((customer) => account.cell(customer, 1n, { time })));
    } catch (error) {
      assert.equal((error as { reason?: string }).reason, "USAGE_BUSY");
      await late();
    }
  };
  return { metering, account, customers, periods, late };
}

describe("seals that race batches", needs("postgres"), () => {
  it("have each batch in a seal or after it, never neither, never both", async () => {
    const { metering, account, periods, late } = await overdue(3);
    const send = async () => {
      for (let sent = 0; sent < BATCHES / SENDERS; sent += 1) await late();
    };
    let sending = true;
    const recorded = Promise.all(Array.from({ length: SENDERS }, send)).finally(() => {
      sending = false;
    });
    const told: SealedPeriod[] = [];
    // Sealed again and again while batches are on their way: what is late may be late twice.
    while (sending) {
      told.push(...(await metering.app.sealPeriods(account.accountId, periods)));
      await setTimeout(BETWEEN_SEALS_MS);
    }
    await recorded;
    assert.ok(told.length > periods.length, `only ${told.length} seals were set meanwhile`);
    const text = `select coalesce(sum(calls), 0)::text as calls
      from rollup join usage_cell using (account_id, cell_id)
      where account_id = $1 and subscription_id = $2 and seal_number <= $3`;
    for (const { period, seal } of told) {
      const binds = [account.accountId, period.subscriptionId, seal.sealNumber];
      const [row] = await metering.look<{ calls: string }>(text, binds);
      assert.equal(row?.calls, String(seal.calls), `seal ${seal.sealNumber} is as it was told`);
    }
    const last = await metering.app.sealPeriods(account.accountId, periods);
    const all = BigInt(BATCHES);
    assert.deepEqual(
      last.map(({ seal }) => seal.calls),
      [all, all, all],
    );
    await reconcile(account);
  });

  it("are not passed by a batch of an old book beside one of the new book", async () => {
    const { metering, account, periods, late } = await overdue();
    const [period] = periods as [(typeof periods)[0]];
    await late();
    const { customerId } = period;
    const foldOf = (fence: bigint, sealNumber: number) => {
      const { startTime: start, endTime: end, subscriptionId } = period;
      const book = { customerId, fence };
      return { book, subscription: { subscriptionId }, period: { start, end, sealNumber } };
    };
    const fences = "select fence from billing_period where account_id = $1 and seal_number = 0";
    const [row] = await metering.look<{ fence: string }>(fences, [account.accountId]);
    const fence = BigInt(row?.fence ?? 0);
    await metering.app.sealPeriods(account.accountId, [period]);
    const [old, current] = [foldOf(fence, 0), foldOf(fence, 1)] as unknown as UsageFold[];
    const share = (...folds: (UsageFold | undefined)[]) => {
      return metering.needs.storage.inAccount(account.accountId, (store) => {
        const known = folds.filter((fold) => fold !== undefined);
        return refuseOldBooks(store, known, [] as MeterSet[]);
      });
    };
    await share(current);
    const changed = { customerIds: new Set([customerId]) };
    await assert.rejects(share(old, current), changed);
    await assert.rejects(share(current, old), changed);
  });
});
