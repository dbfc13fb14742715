import type { Tx } from "@tollbook/service";

/** An event as a consumer hears it, whether NATS or the producer's feed brought it. */
export interface HeardEvent {
  /** UUID; the inbox takes each id once. */
  readonly id: string;
  /** Full name of the payload's message: `tollbook.auth.v1.KeyChanged`. */
  readonly type: string;
  /** The account the fact belongs to. */
  readonly accountId: string;
  /** Position within this account's events of this producer, from 1, without gaps. */
  readonly number: bigint;
  /** Business time at which the fact became true. */
  readonly occurredTime: Date;
  /** The payload's message, encoded. */
  readonly payload: Uint8Array;
  /** W3C traceparent of the call that caused it. */
  readonly traceparent?: string;
}

/**
 * The effect of one event, in a transaction of the event's account that also takes the event's id
 * into the inbox: both or neither. Events may come in another order than they were told, so a
 * handler ignores older versions of a thing. It may be run again after a failure, and throws to
 * ask for that; after the last attempt the event stays in `dead_letter`. No network in here.
 */
export type EventHandler = (event: HeardEvent, tx: Tx) => Promise<void>;

/** A message type as ts-proto generates it, with its full proto name. */
export interface EventCodec<M> {
  readonly $type: string;
  encode(message: M): { finish(): Uint8Array };
  decode(bytes: Uint8Array): M;
}
