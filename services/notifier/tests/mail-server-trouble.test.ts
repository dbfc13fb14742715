import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { type Delivery, DeliveryState } from "@tollbook/contracts/notifier/v1";
import { DeliveryFailed } from "@tollbook/contracts/notifier/v1/events";
import { eventually, needs } from "@tollbook/testing";
import { newStory, type Story } from "./news.ts";
import { type RunningNotifier, startWorld, type World } from "./world.ts";

describe("a mail server in trouble", needs("postgres"), () => {
  let world: World;
  let notifier: RunningNotifier;
  before(async () => {
    world = await startWorld();
    notifier = await world.startNotifier();
  });
  afterEach(() => world.smtp.reset());
  after(() => world.close());

  const cross = async (): Promise<Story> => {
    const story = newStory();
    for (const event of [story.accountCreated, story.customerCreated, story.crossed]) {
      await world.producers.tell(event);
    }
    return story;
  };
  const onlyDelivery = async (story: Story): Promise<Delivery> => {
    const all = { pageSize: 0, pageToken: "", customerId: "" };
    const { deliveries } = await notifier.as(story.accountId).listDeliveries(all);
    const [only, ...more] = deliveries;
    assert.deepEqual(more, []);
    assert.ok(only);
    return only;
  };
  /** Elapsed time passes: what waits for its next attempt is due. */
  const timePasses = ({ accountId }: Story) =>
    world.look(
      "update delivery set next_attempt_time = now() where account_id = $1 and claim_id is null",
      [accountId],
    );
  const sentAfterAll = (story: Story) =>
    eventually(async () => {
      await timePasses(story);
      const delivery = await onlyDelivery(story);
      assert.equal(delivery.state, DeliveryState.SENT);
      return delivery;
    });
  const failed = (story: Story) =>
    eventually(async () => {
      const delivery = await onlyDelivery(story);
      assert.equal(delivery.state, DeliveryState.FAILED);
      return delivery;
    });

  it("that is away holds up no news, and gets the e-mail when it is back", async () => {
    await world.smtp.stop();
    const story = await cross();
    const waiting = await eventually(async () => {
      const delivery = await onlyDelivery(story);
      assert.ok(delivery.lastAnswer);
      return delivery;
    });
    assert.equal(waiting.state, DeliveryState.PENDING);
    assert.equal(waiting.lastAnswer, "The mail server cannot be reached right now.");
    await world.smtp.start();
    const sent = await sentAfterAll(story);
    assert.ok(sent.attempts > 1);
    assert.deepEqual(
      world.smtp.taken.map(({ messageId }) => messageId),
      [sent.messageId],
    );
  });

  it("that says 4xx is asked again, with the same Message-ID", async () => {
    const offered: (string | undefined)[] = [];
    world.smtp.beforeAnswer = async ({ messageId }) => {
      offered.push(messageId);
      const first = { responseCode: 451, message: "4.7.1 Greylisted, come back" };
      return offered.length === 1 ? first : undefined;
    };
    const story = await cross();
    await eventually(async () => {
      assert.match((await onlyDelivery(story)).lastAnswer, /^451 4\.7\.1 Greylisted/);
    });
    const sent = await sentAfterAll(story);
    assert.equal(sent.attempts, 2);
    assert.match(sent.lastAnswer, /^250 /);
    assert.ok(sent.sentTime);
    assert.deepEqual(offered, [sent.messageId, sent.messageId]);
  });

  it("that says 5xx is believed: the delivery has failed, and others are told", async () => {
    world.smtp.atRecipient = () => ({ responseCode: 550, message: "5.1.1 No such user" });
    const story = await cross();
    const delivery = await failed(story);
    assert.equal(delivery.attempts, 1);
    assert.match(delivery.lastAnswer, /^550 5\.1\.1 No such user/);
    const told = await world.look<{ payload: Buffer }>(
      "select payload from outbox where account_id = $1 and type = $2",
      [story.accountId, DeliveryFailed.$type],
    );
    assert.equal(told.length, 1);
    const fact = DeliveryFailed.decode(told[0]?.payload ?? Buffer.of()).delivery;
    assert.equal(fact?.deliveryId, delivery.deliveryId);
    assert.equal(fact?.state, DeliveryState.FAILED);
  });

  it("that says 5xx can be asked once more by hand, under the same Message-ID", async () => {
    world.smtp.atRecipient = () => ({ responseCode: 550, message: "5.2.1 Mailbox disabled" });
    const story = await cross();
    const { deliveryId, messageId } = await failed(story);
    world.smtp.reset();
    await notifier.as(story.accountId).resendDelivery({ deliveryId, requestId: "" });
    await sentAfterAll(story);
    assert.deepEqual(
      world.smtp.taken.map((mail) => mail.messageId),
      [messageId],
    );
  });

  it("that never says yes is given up in the end", async () => {
    world.smtp.beforeAnswer = async () => ({ responseCode: 452, message: "4.2.2 Mailbox full" });
    const story = await cross();
    await eventually(async () => assert.ok((await onlyDelivery(story)).lastAnswer));
    const past =
      "update delivery set queued_time = now() - interval '5 days' where account_id = $1";
    await world.look(past, [story.accountId]);
    await timePasses(story);
    await eventually(() => timePasses(story).then(() => failed(story)));
    assert.match((await onlyDelivery(story)).lastAnswer, /^Given up after \d+ attempts\. 452 /);
  });
});
