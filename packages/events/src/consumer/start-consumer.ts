import type { Database, Logger } from "@tollbook/service";
import type { Bus } from "../bus/bus.ts";
import { producerOf } from "../bus/names.ts";
import type { EventHandler } from "../event.ts";
import { claimDue, RETRY_AFTER_MS, trimDeadLetters } from "../inbox/dead-letter.ts";
import { type Hearing, hear, hearAgain } from "../inbox/hear.ts";
import { trimInbox } from "../inbox/inbox.ts";
import { type Loop, startLoop } from "../loop.ts";
import { pull, type Source } from "./pull.ts";

/** Who hears what, and how. */
export interface ConsumerOptions {
  readonly database: Database;
  readonly bus: Bus;
  /** The service that listens; its processes share the work under this name. */
  readonly consumer: string;
  /** The feed of every producer that `handlers` names a type of. */
  readonly sources: readonly Source[];
  /** By type; see `on`. */
  readonly handlers: Readonly<Record<string, EventHandler>>;
  /** How often producers are asked for what NATS may have lost. */
  readonly pullEveryMs?: number;
  /** Pauses between the attempts at one event, which is dead after one attempt more. */
  readonly retryAfterMs?: readonly number[];
  readonly logger: Logger;
}

/** A consumer at work. */
export interface Consumer {
  /** Asks every producer now; resolves when all have been asked, whether they answered or not. */
  pullNow(): Promise<void>;
  /** Resolves when the events in hand are settled. */
  stop(): Promise<void>;
}

const PULL_EVERY_MS = 60_000;
const RETRY_POLL_MS = 1_000;
const TRIM_EVERY_MS = 10 * 60_000;

/**
 * Hears events by NATS, and by asking their producers at start, at each connection to NATS and
 * once a minute, all through one inbox: each event has its effect once. What fails is tried again
 * and ends in `dead_letter`, while others go on. Throws only if a handler's type is of a producer
 * without a source.
 */
export function startConsumer(options: ConsumerOptions): Consumer {
  const { database, bus, consumer, handlers, retryAfterMs = RETRY_AFTER_MS, logger } = options;
  const hearing: Hearing = { database, consumer, handlers, retryAfterMs, logger };
  const types = Object.keys(handlers);
  refuseDeafness(options, types);

  const pulls = options.sources.flatMap((source) => startPulling(options, hearing, source));
  const consumptions = types.map((type) =>
    bus.consume({ consumer, type, receive: (event) => receive(hearing, event) }),
  );
  const background = [startRetrying(hearing), startTrimming(hearing)];
  const unfollow = bus.onConnect(() => {
    for (const pulling of pulls) pulling.kick();
  });
  return {
    pullNow: async () => {
      await Promise.all(pulls.map((pulling) => pulling.turn()));
    },
    stop: async () => {
      unfollow();
      const working = [...pulls, ...consumptions, ...background];
      await Promise.all(working.map((work) => work.stop()));
    },
  };
}

function refuseDeafness({ consumer, sources }: ConsumerOptions, types: readonly string[]): void {
  for (const type of types) {
    if (sources.some(({ producer }) => producer === producerOf(type))) continue;
    throw new Error(`${consumer} hears ${type} but has no feed of ${producerOf(type)}`);
  }
}

function startPulling(options: ConsumerOptions, hearing: Hearing, source: Source): Loop[] {
  const ofProducer = (type: string) => producerOf(type) === source.producer;
  const types = Object.keys(options.handlers).filter(ofProducer).sort();
  if (types.length === 0) return [];
  const pulling = startLoop({
    name: `pull of ${source.producer} by ${options.consumer}`,
    everyMs: options.pullEveryMs ?? PULL_EVERY_MS,
    logger: options.logger,
    work: async (signal) => {
      await pull(hearing, source, types, signal);
      return undefined;
    },
  });
  return [pulling];
}

async function receive(hearing: Hearing, event: Parameters<EventHandler>[0]) {
  try {
    await hear(hearing, event);
    return "settled";
  } catch (err) {
    hearing.logger.warn({ err, eventId: event.id }, "an event could not even be set aside");
    return "again";
  }
}

function startRetrying(hearing: Hearing): Loop {
  return startLoop({
    name: `retries of ${hearing.consumer}`,
    everyMs: RETRY_POLL_MS,
    logger: hearing.logger,
    work: async (signal) => {
      for (const event of await claimDue(hearing.database, hearing.consumer)) {
        if (signal.aborted) return undefined;
        await hearAgain(hearing, event);
      }
      return undefined;
    },
  });
}

function startTrimming({ database, consumer, logger }: Hearing): Loop {
  return startLoop({
    name: `trimming of ${consumer}'s inbox`,
    everyMs: TRIM_EVERY_MS,
    logger,
    work: async () => {
      const more = await Promise.all([trimInbox(database), trimDeadLetters(database)]);
      return more.includes(true) ? 0 : undefined;
    },
  });
}
