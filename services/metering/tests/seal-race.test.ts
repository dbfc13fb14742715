import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { needs } from "@tollbook/testing";
import { refuseOldBooks } from "../src/app/books-changed.ts";
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

/** A customer whose month is over and may be sealed. */
async function overdue() {
  const metering = await testMetering();
  const account = new TestAccount(metering);
  const customer = account.customer();
  account.entitle(customer);
  await new TestGate(account).ask(customer, 0);
  const { start, end } = account.month();
  metering.clock.travelTo(new Date(end.getTime() + 2 * DAY_MS));
  const { customerId, subscriptionId } = customer;
  const period = { customerId, subscriptionId, startTime: start, endTime: end, splitTimes: [] };
  const time = new Date(end.getTime() - 60_000);
  /** A batch that met a seal in each of its tries is told so, and its sender comes back. */
  const late = async (): Promise<void> => {
    try {
      await account.record([account.cell(customer, 1n, { time })]);
    } catch (error) {
      assert.equal((error as { reason?: string }).reason, "USAGE_BUSY");
      await late();
    }
  };
  return { metering, account, customer, period, late };
}

describe("seals that race batches", needs("postgres"), () => {
  it("have each batch in a seal or after it, never neither, never both", async () => {
    const { metering, account, period, late } = await overdue();
    const send = async () => {
      for (let sent = 0; sent < BATCHES / SENDERS; sent += 1) await late();
    };
    let sending = true;
    const recorded = Promise.all(Array.from({ length: SENDERS }, send)).finally(() => {
      sending = false;
    });
    const told: { number: number; calls: bigint }[] = [];
    // Sealed again and again while batches are on their way: what is late may be late twice.
    while (sending) {
      const [sealed] = await metering.app.sealPeriods(account.accountId, [period]);
      if (sealed) told.push({ number: sealed.seal.sealNumber, calls: sealed.seal.calls });
      await setTimeout(BETWEEN_SEALS_MS);
    }
    await recorded;
    assert.ok(told.length > 1, `only ${told.length} seals were set meanwhile`);
    const text = `select coalesce(sum(calls), 0)::text as calls from rollup
      where account_id = $1 and seal_number <= $2`;
    for (const { number, calls } of told) {
      const [row] = await metering.look<{ calls: string }>(text, [account.accountId, number]);
      assert.equal(row?.calls, String(calls), `seal ${number} is as it was told`);
    }
    const [last] = await metering.app.sealPeriods(account.accountId, [period]);
    assert.equal(last?.seal.calls, BigInt(BATCHES));
    await reconcile(account);
  });

  it("are not passed by a batch of an old book beside one of the new book", async () => {
    const { metering, account, customer, period, late } = await overdue();
    await late();
    const { customerId } = customer;
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
