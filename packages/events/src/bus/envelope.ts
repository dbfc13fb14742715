import { isId } from "@tollbook/domain";
import { headers, type MsgHdrs } from "nats";
import type { HeardEvent } from "../event.ts";

const ACCOUNT = "Tollbook-Account";
const EVENT = "Tollbook-Event";
const NUMBER = "Tollbook-Number";
const TIME = "Tollbook-Time";
const TRACEPARENT = "traceparent";

/** What travels beside the payload. */
export function envelopeOf(event: HeardEvent): MsgHdrs {
  const envelope = headers();
  envelope.set(EVENT, event.id);
  envelope.set(ACCOUNT, event.accountId);
  envelope.set(NUMBER, `${event.number}`);
  envelope.set(TIME, event.occurredTime.toISOString());
  if (event.traceparent !== undefined) envelope.set(TRACEPARENT, event.traceparent);
  return envelope;
}

/** A message, whichever way it came. */
interface Carrier {
  readonly headers?: MsgHdrs | undefined;
  readonly data: Uint8Array;
}

/** The event a message carries, or undefined if somebody else put it on our subject. */
export function eventOfMessage(type: string, message: Carrier): HeardEvent | undefined {
  const header = (name: string) => message.headers?.get(name) ?? "";
  const [id, accountId, number] = [header(EVENT), header(ACCOUNT), header(NUMBER)];
  const occurredTime = new Date(header(TIME));
  if (!isId(id) || !isId(accountId) || Number.isNaN(occurredTime.getTime())) return undefined;
  if (!/^\d{1,19}$/.test(number)) return undefined;
  const payload = message.data;
  const event = { id, type, accountId, number: BigInt(number), occurredTime, payload };
  const traceparent = header(TRACEPARENT);
  return traceparent === "" ? event : { ...event, traceparent };
}
