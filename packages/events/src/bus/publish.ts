import { ErrorCode, NatsError } from "nats";
import type { HeardEvent } from "../event.ts";
import { envelopeOf } from "./envelope.ts";
import { ANSWER_WITHIN_MS, type JetStream } from "./jet-stream.ts";
import { producerOf } from "./names.ts";

/** `Bus.publish`. The event's id is the message's id, so that NATS drops a quick repeat. */
export function publisher(jetStream: JetStream): (event: HeardEvent) => Promise<boolean> {
  return async (event) => {
    const producer = producerOf(event.type);
    try {
      await jetStream.client().publish(jetStream.names.subject(event.type), event.payload, {
        msgID: event.id,
        headers: envelopeOf(event),
        timeout: ANSWER_WITHIN_MS,
        expect: { streamName: jetStream.names.stream(producer) },
      });
      return true;
    } catch (err) {
      if (isStreamGone(err)) jetStream.forget(producer);
      jetStream.logger.debug({ err, eventId: event.id }, "NATS did not confirm an event");
      return false;
    }
  };
}

/** Nobody listens on the subject: the stream was deleted, or NATS lost its store. */
function isStreamGone(error: unknown): boolean {
  return error instanceof NatsError && error.code === ErrorCode.NoResponders;
}
