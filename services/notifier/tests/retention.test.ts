import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { eventually, needs } from "@tollbook/testing";
import { crossings, newStory } from "./news.ts";
import { startWorld, type World } from "./world.ts";

describe("deliveries past their time", needs("postgres"), () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.close());

  it("are forgotten after four hundred days; what still waits is not", async () => {
    const story = newStory();
    const notifier = await world.startNotifier();
    const events = [story.accountCreated, story.customerCreated, ...crossings(story, 3)];
    for (const event of events) await world.producers.tell(event);
    await eventually(() => assert.equal(world.smtp.taken.length, 3));
    await notifier.stop();

    const ids = await world.look<{ delivery_id: string }>("select delivery_id from delivery");
    const [old, waiting, young] = ids.map((row) => row.delivery_id);
    await world.look(
      `update delivery set queued_time = now() - interval '401 days'
      where delivery_id = any ($1::uuid[])`,
      [[old, waiting]],
    );
    await world.look(
      `update delivery set state = 'pending', next_attempt_time = now() + interval '1 day'
      where delivery_id = $1`,
      [waiting],
    );
    await world.startNotifier();
    await eventually(async () => {
      const left = await world.look<{ delivery_id: string }>("select delivery_id from delivery");
      assert.deepEqual(left.map((row) => row.delivery_id).sort(), [waiting, young].sort());
    });
  });

  it("leave no alert waiting for ever for an account nobody hears of", async () => {
    const story = newStory();
    const notifier = await world.startNotifier();
    await world.producers.tell(story.crossed);
    await eventually(async () => assert.equal(await world.waiting(story.accountId), 1));
    await notifier.stop();
    await world.look("update unaddressed_alert set queued_time = now() - interval '37 days'");
    await world.startNotifier();
    await eventually(async () => assert.equal(await world.waiting(story.accountId), 0));
  });
});
