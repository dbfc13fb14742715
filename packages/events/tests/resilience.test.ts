import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { AccountChanged } from "@tollbook/contracts/auth/v1/events";
import { eventually } from "@tollbook/testing";
import { connect } from "nats";
import { on, reviveDeadLetters } from "../src/index.ts";
import { newAccount, startWorld, told, toldOfChange, type World, writesDown } from "./world.ts";

let world: World;
before(async () => {
  world = await startWorld();
});
afterEach(() => world.rest());
after(() => world.close());

const A_LONG_TIME_MS = 3_600_000;
const heard = (account: string, notes: string[], withinMs = 10_000) =>
  eventually(async () => assert.deepEqual((await world.heard(account)).sort(), notes), {
    withinMs,
  });

describe("without NATS", () => {
  it("news is told and heard by asking the producer, and waits unpublished", async () => {
    const nowhere = world.bus("127.0.0.1:9");
    world.relay(nowhere);
    const consumer = world.consumer(nowhere, { pullEveryMs: A_LONG_TIME_MS });
    const account = newAccount();
    await world.tell(account, "one", "two");
    await consumer.pullNow();
    assert.deepEqual(await world.heard(account), ["one", "two"]);
    assert.equal(await unpublished(account), 2);
  });

  it("a consumer asks by itself every so often", async () => {
    world.consumer(world.bus("127.0.0.1:9"), { pullEveryMs: 50 });
    const account = newAccount();
    await world.tell(account, "found");
    await heard(account, ["found"]);
  });
});

describe("NATS that is stopped and wiped", () => {
  const restartWiped = async () => {
    await world.nats.stop();
    await world.nats.wipe();
    await world.nats.start();
  };

  it("costs no event it had taken: the producer is asked", async () => {
    const bus = world.bus();
    world.relay(bus);
    const account = newAccount();
    await world.tell(account, "lost by NATS");
    await eventually(async () => assert.equal(await unpublished(account), 0), { withinMs: 5_000 });
    await restartWiped();
    world.consumer(bus, { pullEveryMs: A_LONG_TIME_MS });
    await heard(account, ["lost by NATS"]);
  });

  it("carries the news again once it is back", async () => {
    const bus = world.bus();
    world.relay(bus);
    world.consumer(bus, { pullEveryMs: A_LONG_TIME_MS });
    const account = newAccount();
    await world.tell(account, "before");
    await heard(account, ["before"]);
    await restartWiped();
    await world.tell(account, "later");
    await heard(account, ["before", "later"], 20_000);
    await eventually(async () => assert.equal(await unpublished(account), 0), { withinMs: 5_000 });
  });

  it("gets its streams and consumers again when only they are gone", async () => {
    const bus = world.bus();
    world.relay(bus);
    world.consumer(bus, { pullEveryMs: A_LONG_TIME_MS });
    const account = newAccount();
    await world.tell(account, "before");
    await heard(account, ["before"]);
    await deleteStream();
    await world.tell(account, "after");
    await heard(account, ["after", "before"], 30_000);
  });
});

describe("a handler that always fails", () => {
  it("ends in dead_letter after the last attempt, while others go on", async () => {
    const attempts: string[] = [];
    const handlers = {
      ...writesDown,
      ...on(AccountChanged, async (_message, event) => {
        attempts.push(event.id);
        throw new Error("poison");
      }),
    };
    const bus = world.bus();
    world.relay(bus);
    const consumer = world.consumer(bus, { handlers, retryAfterMs: [10, 10] });
    const account = newAccount();
    await tellBoth(account, "poisoned", "healthy");
    await heard(account, ["healthy"]);
    await eventually(async () => assert.equal((await deadLetters(account)).length, 1), {
      withinMs: 10_000,
    });
    assert.equal(attempts.length, 3);
    const [dead] = await deadLetters(account);
    assert.equal(dead?.attempts, 3);
    assert.match(dead?.last_error ?? "", /poison/);

    await consumer.pullNow();
    assert.equal(attempts.length, 3, "the feed does not bring back what is dead");
  });

  it("may be mended, and the event revived", async () => {
    let broken = true;
    const handlers = on(AccountChanged, async (message, event, tx) => {
      if (broken) throw new Error("broken");
      const effect = "insert into effect (account_id, note) values ($1::uuid, $2::text)";
      await tx.sql(effect, [event.accountId, message.ownerEmails[0]]);
    });
    const consumer = world.consumer(world.bus("127.0.0.1:9"), { handlers, retryAfterMs: [] });
    const account = newAccount();
    await world.auth.inAccount(account, async (tx) => tx.announce(toldOfChange(account, "late")));
    await consumer.pullNow();
    assert.equal((await deadLetters(account)).length, 1);

    broken = false;
    assert.ok((await reviveDeadLetters(world.metering, "metering", AccountChanged.$type)) >= 1);
    await heard(account, ["late"]);
    assert.deepEqual(await deadLetters(account), []);
  });
});

async function tellBoth(account: string, poisoned: string, healthy: string): Promise<void> {
  await world.auth.inAccount(account, async (tx) => {
    tx.announce(toldOfChange(account, poisoned));
    tx.announce(told(account, healthy));
  });
}

async function unpublished(account: string): Promise<number> {
  const rows = await world.auth.inAccount(account, (tx) =>
    tx.sql("select 1 from outbox where published_time is null"),
  );
  return rows.length;
}

async function deadLetters(account: string) {
  return world.metering.inAccount(account, (tx) =>
    tx.sql<{ attempts: number; last_error: string }>(
      "select attempts, last_error from dead_letter where dead_time is not null",
    ),
  );
}

async function deleteStream(): Promise<void> {
  const connection = await connect({ servers: world.nats.url });
  const manager = await connection.jetstreamManager();
  await manager.streams.delete(`${world.namespace}_TOLLBOOK_AUTH`);
  await connection.close();
}
