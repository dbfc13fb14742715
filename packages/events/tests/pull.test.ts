import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { AccountChanged } from "@tollbook/contracts/auth/v1/events";
import { eventually, heardByAll, needs } from "@tollbook/testing";
import { eventBacklog, on, reviveDeadLetters } from "../src/index.ts";
import { newAccount, told, toldOfChange, worldFor, writesDown } from "./world.ts";

const needed = needs("postgres");
const world = worldFor(needed);

const A_LONG_TIME_MS = 3_600_000;

describe("without NATS", needed, () => {
  it("news is told and heard by asking the producer, and waits unpublished", async () => {
    const nowhere = world().bus();
    world().relay(nowhere);
    const consumer = world().consumer(nowhere, { pullEveryMs: A_LONG_TIME_MS });
    const account = newAccount();
    await world().tell(account, "one", "two");
    await consumer.pullNow();
    assert.deepEqual(await world().heard(account), ["one", "two"]);
    assert.equal(await world().unpublished(account), 2);
    const { unpublished, oldestUnpublishedSeconds } = await eventBacklog(world().auth);
    assert.ok(unpublished >= 2 && oldestUnpublishedSeconds > 0);
  });

  it("a consumer asks by itself every so often", async () => {
    world().consumer(world().bus(), { pullEveryMs: 50 });
    const account = newAccount();
    await world().tell(account, "found");
    await world().hears(account, ["found"]);
  });
});

describe("an event that was given up", needed, () => {
  it("may be mended, and the event revived", async () => {
    let broken = true;
    const handlers = on(AccountChanged, async (message, event, tx) => {
      if (broken) throw new Error("broken");
      const effect = "insert into effect (account_id, note) values ($1::uuid, $2::text)";
      await tx.sql(effect, [event.accountId, message.ownerEmails[0]]);
    });
    const consumer = world().consumer(world().bus(), { handlers, retryAfterMs: [] });
    const account = newAccount();
    await heardByAll(world().auth, account, async (tx) =>
      tx.announce(toldOfChange(account, "late")),
    );
    await consumer.pullNow();
    assert.equal((await world().deadLetters(account)).length, 1);
    assert.equal((await eventBacklog(world().metering)).dead, 1);

    broken = false;
    assert.ok((await reviveDeadLetters(world().metering, "metering", AccountChanged.$type)) >= 1);
    await world().hears(account, ["late"]);
    assert.deepEqual(await world().deadLetters(account), []);
  });
});

describe("a consumer", needed, () => {
  it("reads the feed again from the start when it comes to listen for another type", async () => {
    const account = newAccount();
    const first = world().consumer(world().bus());
    await heardByAll(world().auth, account, async (tx) => {
      tx.announce(told(account, "created"));
      tx.announce(toldOfChange(account, "changed"));
    });
    await pullUntilHeard(first, account, ["created"]);
    await world().rest();

    const changes = on(AccountChanged, async ({ ownerEmails: [note] }, event, tx) => {
      const effect = "insert into effect (account_id, note) values ($1::uuid, $2::text)";
      await tx.sql(effect, [event.accountId, note]);
    });
    const second = world().consumer(world().bus(), { handlers: { ...writesDown, ...changes } });
    await pullUntilHeard(second, account, ["created", "changed"]);
  });

  it("refuses to start for a type whose producer it cannot ask", () => {
    const handlers = { "tollbook.billing.v1.InvoiceVoided": async () => {} };
    assert.throws(() => world().consumer(world().bus(), { handlers }), /no feed of billing/);
  });
});

/**
 * The feed waits for every older transaction of the cluster, and other test files share it: one
 * look may be too early.
 */
async function pullUntilHeard(
  consumer: { pullNow(): Promise<void> },
  account: string,
  notes: string[],
): Promise<void> {
  await eventually(async () => {
    await consumer.pullNow();
    assert.deepEqual(await world().heard(account), notes);
  });
}
