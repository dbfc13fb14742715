import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { eventually, needs, ownPostgres, type TestNats, testNats } from "@tollbook/testing";
import pg from "pg";
import { crossings, newStory, type Story } from "./news.ts";
import { type NotifierProcess, startProcess } from "./notifier-process.ts";
import { startWorld, type World } from "./world.ts";

/** A database that dies and comes back takes its time; a test that hangs says so. */
const bounded = { timeout: 90_000 };

describe("each alert is told once", needs("postgres", "nats"), () => {
  let world: World;
  let nats: TestNats;
  const processes: NotifierProcess[] = [];
  before(async () => {
    nats = await testNats();
    world = await startWorld({ nats });
  });
  afterEach(async () => {
    for (const each of processes.splice(0)) await each.kill();
    world.smtp.reset();
  });
  after(async () => {
    await world.close();
    await nats.stop();
  });

  const tellStory = async (story: Story) => {
    await world.producers.tell(story.accountCreated);
    await world.producers.tell(story.customerCreated);
  };
  const states = ({ accountId }: Story) =>
    world.look<{ state: string; count: string }>(
      "select state, count(*) from delivery where account_id = $1 group by state",
      [accountId],
    );
  const messageIds = () => world.smtp.taken.map(({ messageId }) => messageId);

  it("though NATS and the feeds both bring it, again and again", async () => {
    const notifier = await world.startNotifier();
    const story = newStory();
    await tellStory(story);
    for (const event of [story.crossed, story.exhausted]) await world.producers.tell(event);
    await eventually(() => assert.equal(world.smtp.taken.length, 2));
    // The notifier forgets where it stood in every feed, and reads all of it anew, three times.
    for (let times = 0; times < 3; times += 1) {
      await world.look("delete from event_cursor");
      await eventually(async () => {
        assert.equal((await world.look("select from event_cursor")).length, 3);
      });
    }
    assert.equal(world.smtp.taken.length, 2);
    assert.deepEqual(await states(story), [{ state: "sent", count: "2" }]);
    await notifier.stop();
  });

  it("by two processes together", async () => {
    const notifier = await world.startNotifier();
    processes.push(await startProcess(world));
    await eventually(() => processesListening(world, 2), { withinMs: 15_000 });
    world.smtp.beforeAnswer = () => new Promise((resolve) => setTimeout(resolve, 50, undefined));
    const story = newStory();
    await tellStory(story);
    await Promise.all(crossings(story, 40).map((event) => world.producers.tell(event)));
    await eventually(
      async () => assert.deepEqual(await states(story), [{ state: "sent", count: "40" }]),
      { withinMs: 20_000 },
    );
    assert.equal(world.smtp.taken.length, 40);
    assert.equal(new Set(messageIds()).size, 40);
    assert.ok(world.smtp.atOnceMax > 4, "one process alone sends four at a time");
    await notifier.stop();
  });

  it("or, killed between the 250 and the commit, twice under one Message-ID", async () => {
    const story = newStory();
    const holder = new pg.Client({ connectionString: world.database.superUrl });
    await holder.connect();
    // The mail server says 250 only once nobody can record it.
    world.smtp.beforeAnswer = async () => {
      world.smtp.beforeAnswer = async () => undefined;
      await holder.query("begin");
      await holder.query("select from delivery where account_id = $1 for update", [
        story.accountId,
      ]);
      return undefined;
    };
    const doomed = await startProcess(world);
    processes.push(doomed);
    await tellStory(story);
    await world.producers.tell(story.crossed);
    await eventually(() => recordingWaits(world), { withinMs: 15_000 });
    assert.equal(world.smtp.taken.length, 1);
    await doomed.kill();
    await holder.query("rollback");
    await holder.end();
    assert.deepEqual(await states(story), [{ state: "pending", count: "1" }]);

    const notifier = await world.startNotifier();
    await eventually(async () => {
      // Its lease runs out.
      await world.look(
        "update delivery set next_attempt_time = now() where account_id = $1 and attempts = 1",
        [story.accountId],
      );
      assert.deepEqual(await states(story), [{ state: "sent", count: "1" }]);
    });
    const [first, second, ...more] = messageIds();
    assert.deepEqual(more, []);
    assert.equal(second, first);
    await notifier.stop();
  });

  it("though the database is away when the mail server says 250", bounded, async () => {
    const postgres = await ownPostgres({ durable: true });
    const fragile = await startWorld({ postgres });
    await fragile.startNotifier();
    fragile.smtp.beforeAnswer = async () => {
      fragile.smtp.beforeAnswer = async () => undefined;
      await postgres.kill();
      return undefined;
    };
    const story = newStory();
    for (const event of [story.accountCreated, story.customerCreated, story.crossed]) {
      await fragile.producers.tell(event);
    }
    await eventually(() => assert.equal(fragile.smtp.taken.length, 1), { withinMs: 15_000 });
    await postgres.start();
    await eventually(
      async () => {
        // Its lease runs out: whoever claims now sends again what has been sent.
        await fragile.look("update delivery set next_attempt_time = now()");
        const [row] = await fragile.look<{ state: string }>("select state from delivery");
        assert.equal(row?.state, "sent");
      },
      { withinMs: 15_000 },
    );
    assert.equal(fragile.smtp.taken.length, 1);
    await fragile.close();
    await postgres.stop();
  });

  it("within the pull interval when NATS is gone, and its store with it", async () => {
    const notifier = await world.startNotifier();
    const story = newStory();
    await tellStory(story);
    await nats.kill();
    nats.wipe();
    await world.producers.tell(story.exhausted);
    await eventually(() => assert.equal(world.smtp.taken.length, 1), { withinMs: 5_000 });
    await nats.start();
    const next = newStory();
    await tellStory(next);
    await world.producers.tell(next.crossed);
    await eventually(() => assert.equal(world.smtp.taken.length, 2), { withinMs: 5_000 });
    await notifier.stop();
  });
});

/** Whether so many notifiers are there: each listens for its relay, and for its sender. */
async function processesListening(world: World, howMany: number): Promise<boolean> {
  const listening = await world.look(
    "select from pg_stat_activity where datname = $1 and application_name = 'tollbook listen'",
    [world.database.name],
  );
  return listening.length === 2 * howMany;
}

/** Whether an update of a delivery stands in the queue for its row. */
async function recordingWaits(world: World): Promise<boolean> {
  const waiting = await world.look(
    `select from pg_stat_activity where wait_event_type = 'Lock' and datname = $1
      and usename = 'notifier_app' and query like '%update delivery set state%'`,
    [world.database.name],
  );
  return waiting.length > 0;
}
