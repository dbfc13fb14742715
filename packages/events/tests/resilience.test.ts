import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { AccountChanged } from "@tollbook/contracts/auth/v1/events";
import { eventually, heardByAll, needs, type TestNats, testNats } from "@tollbook/testing";
import { connect } from "nats";
import { on } from "../src/index.ts";
import { newAccount, told, toldOfChange, worldFor, writesDown } from "./world.ts";

const needed = needs("postgres", "nats");
let server: TestNats | undefined;
const world = worldFor(needed, async () => {
  server = await testNats();
  return server;
});
const nats = () => server as TestNats;

const A_LONG_TIME_MS = 3_600_000;

describe("NATS that is stopped and wiped", needed, () => {
  const restartWiped = async () => {
    await nats().stop();
    await nats().wipe();
    await nats().start();
  };

  it("costs no event it had taken: the producer is asked", async () => {
    const bus = world().bus();
    world().relay(bus);
    const account = newAccount();
    await world().tell(account, "lost by NATS");
    await eventually(async () => assert.equal(await world().unpublished(account), 0), {
      withinMs: 5_000,
    });
    await restartWiped();
    world().consumer(bus, { pullEveryMs: A_LONG_TIME_MS });
    await world().hears(account, ["lost by NATS"]);
  });

  it("carries the news again once it is back", async () => {
    const bus = world().bus();
    world().relay(bus);
    world().consumer(bus, { pullEveryMs: A_LONG_TIME_MS });
    const account = newAccount();
    await world().tell(account, "before");
    await world().hears(account, ["before"]);
    await restartWiped();
    await world().tell(account, "later");
    await world().hears(account, ["before", "later"], 20_000);
    await eventually(async () => assert.equal(await world().unpublished(account), 0), {
      withinMs: 5_000,
    });
  });

  it("gets its streams and consumers again when only they are gone", async () => {
    const bus = world().bus();
    world().relay(bus);
    world().consumer(bus, { pullEveryMs: A_LONG_TIME_MS });
    const account = newAccount();
    await world().tell(account, "before");
    await world().hears(account, ["before"]);
    await deleteStream();
    await world().tell(account, "after");
    await world().hears(account, ["after", "before"], 30_000);
  });
});

describe("a handler that always fails", needed, () => {
  it("ends in dead_letter after the last attempt, while others go on", async () => {
    const attempts: string[] = [];
    const handlers = {
      ...writesDown,
      ...on(AccountChanged, async (_message, event) => {
        attempts.push(event.id);
        throw new Error("poison");
      }),
    };
    const bus = world().bus();
    world().relay(bus);
    const consumer = world().consumer(bus, { handlers, retryAfterMs: [10, 10] });
    const account = newAccount();
    await tellBoth(account, "poisoned", "healthy");
    await world().hears(account, ["healthy"]);
    await eventually(async () => assert.equal((await world().deadLetters(account)).length, 1), {
      withinMs: 10_000,
    });
    assert.equal(attempts.length, 3);
    const [dead] = await world().deadLetters(account);
    assert.equal(dead?.attempts, 3);
    assert.match(dead?.last_error ?? "", /poison/);

    await consumer.pullNow();
    assert.equal(attempts.length, 3, "the feed does not bring back what is dead");
  });
});

async function tellBoth(account: string, poisoned: string, healthy: string): Promise<void> {
  await heardByAll(world().auth, account, async (tx) => {
    tx.announce(toldOfChange(account, poisoned));
    tx.announce(told(account, healthy));
  });
}

async function deleteStream(): Promise<void> {
  const connection = await connect({ servers: nats().url });
  const manager = await connection.jetstreamManager();
  await manager.streams.delete(`${world().namespace}_TOLLBOOK_AUTH`);
  await connection.close();
}
