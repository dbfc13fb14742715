import { type Database, inTrace, type Logger, type Tx } from "@tollbook/service";
import type { EventHandler, HeardEvent } from "../event.ts";
import { setAside, settleAside } from "./dead-letter.ts";
import { takeIn } from "./inbox.ts";

/** Who hears, and what it does with what it hears. */
export interface Hearing {
  readonly database: Database;
  readonly consumer: string;
  readonly handlers: Readonly<Record<string, EventHandler>>;
  /** Pauses between the attempts at one event. */
  readonly retryAfterMs: readonly number[];
  readonly logger: Logger;
}

/**
 * The one way an event has its effect, whoever brought it: the inbox takes its id and the handler
 * works, in one transaction of the event's account. If that fails the event is set aside, to be
 * tried again. Either way it is settled: its bringer may forget it. Throws only when not even
 * that could be written; then nothing has happened and the bringer keeps it.
 */
export async function hear(hearing: Hearing, event: HeardEvent): Promise<void> {
  await inTrace(event.traceparent, () =>
    attempt(hearing, event, (tx) => takeEffect(hearing, event, tx)),
  );
}

/** `hear`, for an event that was set aside: its row goes with the effect. */
export async function hearAgain(hearing: Hearing, event: HeardEvent): Promise<void> {
  await inTrace(event.traceparent, () =>
    attempt(hearing, event, async (tx) => {
      await takeEffect(hearing, event, tx);
      await settleAside(tx, hearing.consumer, event);
    }),
  );
}

async function takeEffect({ consumer, handlers }: Hearing, event: HeardEvent, tx: Tx) {
  const handler = handlers[event.type];
  if (handler === undefined) throw new Error(`${consumer} has no handler for ${event.type}`);
  if (await takeIn(tx, consumer, event)) await handler(event, tx);
}

async function attempt(
  { database, consumer, retryAfterMs, logger }: Hearing,
  event: HeardEvent,
  work: (tx: Tx) => Promise<void>,
): Promise<void> {
  try {
    await database.inAccount(event.accountId, work);
  } catch (err) {
    const dead = await database.inAccount(event.accountId, (tx) =>
      setAside(tx, consumer, event, err, retryAfterMs),
    );
    const { id: eventId, type, accountId } = event;
    const known = { err, consumer, eventId, type, accountId };
    if (dead) logger.error(known, "an event is given up: it stays in dead_letter");
    else logger.warn(known, "an event's handler failed and will be tried again");
  }
}
