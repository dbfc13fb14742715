import type { NatsConnection, Subscription as NatsSubscription } from "nats";
import type { HeardEvent } from "../event.ts";
import type { Consumption } from "./bus.ts";
import { eventOfMessage } from "./envelope.ts";
import type { JetStream } from "./jet-stream.ts";

/** `Bus.overhear`: a plain subscription beside the stream, renewed on each new connection. */
export function startOverhearing(
  { connection, names }: JetStream,
  type: string,
  listener: (event: HeardEvent) => void,
): Consumption {
  let subscribed: { to: NatsConnection; subscription: NatsSubscription } | undefined;
  const subscribe = () => {
    const current = connection.current();
    // The client itself renews subscriptions when it reconnects; only a new client knows of none.
    if (current === undefined || current === subscribed?.to) return;
    const subscription = current.subscribe(names.subject(type), {
      callback: (error, message) => {
        const event = error === null ? eventOfMessage(type, message) : undefined;
        if (event !== undefined) listener(event);
      },
    });
    subscribed = { to: current, subscription };
  };
  const unfollow = connection.onConnect(subscribe);
  subscribe();
  return {
    stop: async () => {
      unfollow();
      subscribed?.subscription.unsubscribe();
    },
  };
}
