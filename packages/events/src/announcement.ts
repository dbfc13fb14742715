import { newId } from "@tollbook/domain";
import type { OutgoingEvent, Tx } from "@tollbook/service";
import type { EventCodec, EventHandler, HeardEvent } from "./event.ts";

/**
 * A fact for `tx.announce`: the message under its proto full name, with a new event id.
 * `accountId` is whose fact it is; inside `inAccount` it must be the transaction's account.
 */
export function announcement<M>(
  codec: EventCodec<M>,
  message: M,
  accountId: string,
): OutgoingEvent {
  const payload = codec.encode(message).finish();
  return { type: codec.$type, accountId, payload, eventId: newId() };
}

/** One row of a consumer's `handlers`: `{ ...on(KeyChanged, async (message, event, tx) => …) }`. */
export function on<M>(
  codec: EventCodec<M>,
  handle: (message: M, event: HeardEvent, tx: Tx) => Promise<void>,
): Record<string, EventHandler> {
  return { [codec.$type]: (event, tx) => handle(codec.decode(event.payload), event, tx) };
}
