import type { ConsumerMessages, JsMsg } from "nats";
import { startLoop } from "../loop.ts";
import type { Consumption, Subscription } from "./bus.ts";
import { eventOfMessage } from "./envelope.ts";
import type { JetStream } from "./jet-stream.ts";
import { producerOf } from "./names.ts";
import { ensureConsumer } from "./streams.ts";

/** Messages asked for at once; few, so that the last is handled well before its ack wait. */
const FETCH_MESSAGES = 50;

/** How long NATS holds a request open. After a loss nobody noticed, it is asked anew so soon. */
const FETCH_WAIT_MS = 15_000;

/** After "again": the pause before the n-th redelivery, the last for all that follow. */
const AGAIN_AFTER_MS = [500, 1_000, 2_000, 5_000, 10_000, 20_000];

/**
 * Asks for messages again and again. The durable consumer is looked for at each start, after each
 * connection and after each failed turn, so one that was wiped comes back by itself.
 */
export function startConsumption(jetStream: JetStream, subscription: Subscription): Consumption {
  const { connection, logger } = jetStream;
  const { consumer, type } = subscription;
  let found = false;
  let fetching: ConsumerMessages | undefined;

  const work = async (signal: AbortSignal) => {
    if (connection.current() === undefined) return;
    if (!found) await find(jetStream, subscription);
    found = true;
    try {
      const durable = await durableOf(jetStream, subscription);
      fetching = await durable.fetch({ max_messages: FETCH_MESSAGES, expires: FETCH_WAIT_MS });
      if (signal.aborted) fetching.stop();
      for await (const message of fetching) {
        if (signal.aborted) break;
        await settle(jetStream, subscription, message);
      }
    } catch (error) {
      found = false;
      jetStream.forget(producerOf(type));
      throw error;
    }
    return 0;
  };
  const name = `hear ${type} as ${consumer}`;
  const loop = startLoop({ name, everyMs: RECONNECT_POLL_MS, work, logger });
  const unfollow = connection.onConnect(() => {
    found = false;
    fetching?.stop();
    loop.kick();
  });
  return {
    stop: () => {
      unfollow();
      fetching?.stop();
      return loop.stop();
    },
  };
}

/** While NATS is away a turn does nothing; the reconnection kicks, this is for the rest. */
const RECONNECT_POLL_MS = 5_000;

async function find(jetStream: JetStream, { consumer, type }: Subscription): Promise<void> {
  await jetStream.prepare(producerOf(type));
  await ensureConsumer(await jetStream.manager(), jetStream.names, consumer, type);
}

async function durableOf({ client, names }: JetStream, { consumer, type }: Subscription) {
  const stream = names.stream(producerOf(type));
  return client().consumers.get(stream, names.durable(consumer, type));
}

async function settle(jetStream: JetStream, { type, receive }: Subscription, message: JsMsg) {
  const event = eventOfMessage(type, message);
  if (event === undefined) {
    jetStream.logger.error({ type, sequence: message.seq }, "a message without our envelope");
    message.term();
    return;
  }
  if ((await receive(event)) === "settled") message.ack();
  else message.nak(AGAIN_AFTER_MS[message.info.redeliveryCount - 1] ?? AGAIN_AFTER_MS.at(-1));
}
