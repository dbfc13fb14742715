import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { eventually, needs, testNats } from "@tollbook/testing";
import type { Bus } from "../src/index.ts";
import { newAccount, replacing, told, worldFor } from "./world.ts";

const needed = needs("postgres", "nats");
const world = worldFor(needed, testNats);

describe("an event announced in a transaction", needed, () => {
  it("is heard once when the transaction commits, by NATS and feed together", async () => {
    const bus = world().bus();
    world().relay(bus);
    const consumer = world().consumer(bus);
    const account = newAccount();
    await world().tell(account, "one", "two");
    await world().tell(account, "three");
    await world().hears(account, ["one", "two", "three"]);
    await consumer.pullNow();
    assert.deepEqual(await world().heard(account), ["one", "two", "three"]);
  });

  it("is never heard when the transaction rolls back", async () => {
    const bus = world().bus();
    world().relay(bus);
    const consumer = world().consumer(bus);
    const account = newAccount();
    const rolledBack = world().auth.inAccount(account, async (tx) => {
      tx.announce(told(account, "never"));
      throw new Error("on purpose");
    });
    await assert.rejects(rolledBack, /on purpose/);
    await world().tell(account, "after");
    await world().hears(account, ["after"]);
    await consumer.pullNow();
    assert.deepEqual(await world().heard(account), ["after"]);
  });

  it("has its effect once when a process dies between effect and acknowledgement", async () => {
    const bus = world().bus();
    world().relay(bus);
    const deliveries: string[] = [];
    const forgetful = forgettingToAcknowledgeOnce(bus, (id) => deliveries.push(id));
    world().consumer(forgetful, { pullEveryMs: 3_600_000 });
    const account = newAccount();
    await world().tell(account, "once");
    await eventually(() => assert.equal(deliveries.length, 2), { withinMs: 10_000 });
    assert.deepEqual(await world().heard(account), ["once"]);
  });
});

describe("an event that passes by", needed, () => {
  it("is overheard by every process that is connected", async () => {
    const overheard: string[] = [];
    const [one, other] = [world().bus(), world().bus()];
    for (const bus of [one, other]) {
      bus.overhear("tollbook.auth.v1.AccountCreated", (event) => overheard.push(event.accountId));
    }
    world().relay(one);
    const account = newAccount();
    await eventually(() => assert.ok(one.connected && other.connected));
    await world().tell(account, "aloud");
    await eventually(() => assert.deepEqual(overheard, [account, account]));
  });
});

describe("two relays on one outbox", needed, () => {
  it("publish each event once between them", async () => {
    const publishes = new Map<string, number>();
    const count = (bus: Bus): Bus =>
      replacing(bus, {
        publish: (event) => {
          publishes.set(event.id, (publishes.get(event.id) ?? 0) + 1);
          return bus.publish(event);
        },
      });
    const account = newAccount();
    for (let n = 0; n < 6; n++) {
      await world().tell(account, ...Array.from({ length: 100 }, (_, m) => `${n}-${m}`));
    }
    world().relay(count(world().bus()));
    world().relay(count(world().bus()));
    await eventually(async () => assert.equal(await world().unpublished(), 0), {
      withinMs: 15_000,
    });
    assert.equal(publishes.size, 600);
    assert.deepEqual([...new Set(publishes.values())], [1]);
  });

  it("publish again what NATS did not confirm, and it is heard once", async () => {
    const bus = world().bus();
    const doubtful = new Set<string>();
    const doubting = replacing(bus, {
      publish: async (event) => {
        const stored = await bus.publish(event);
        if (doubtful.has(event.id)) return stored;
        doubtful.add(event.id);
        return false;
      },
    });
    world().relay(doubting);
    world().consumer(bus, { pullEveryMs: 3_600_000 });
    const account = newAccount();
    await world().tell(account, "doubtful");
    await eventually(async () => assert.equal(await world().unpublished(account), 0), {
      withinMs: 20_000,
    });
    await world().hears(account, ["doubtful"]);
  });
});

function forgettingToAcknowledgeOnce(bus: Bus, onDelivery: (id: string) => void): Bus {
  const seen = new Set<string>();
  return replacing(bus, {
    consume: (subscription) =>
      bus.consume({
        ...subscription,
        receive: async (event) => {
          const outcome = await subscription.receive(event);
          onDelivery(event.id);
          if (seen.has(event.id)) return outcome;
          seen.add(event.id);
          return "again";
        },
      }),
  });
}
