import type { Database, Door, OutgoingEvent, Tx } from "@tollbook/service";
import type { Logger } from "pino";

/** The proto full name of an event and the two ways between its message and bytes. */
export interface EventCodec<M> {
  readonly $type: string;
  encode(message: M): { finish(): Uint8Array };
  decode(bytes: Uint8Array): M;
}

/** An event as a consumer hears it. `number` has no gaps within one account of one producer. */
export interface HeardEvent {
  id: string;
  type: string;
  accountId: string;
  number: bigint;
  occurredTime: Date;
  payload: Uint8Array;
  traceparent?: string;
}

export type EventHandler = (event: HeardEvent, tx: Tx) => Promise<void>;

/** The road of the news. Never throws for want of a server; reconnects for ever. */
export interface Bus {
  readonly connected: boolean;
  close(): Promise<void>;
}

/** What a producer offers to `eventFeedDoor`: its outbox, read across accounts. */
export interface EventSource {
  readonly producer: string;
  readonly database: Database;
}

export interface EventCursor {
  epoch: string;
  xid: bigint;
  accountId: string;
  number: bigint;
}

/** The client of `tollbook.events.v1.EventFeedService`, as `createClient` gives it. */
export interface EventFeed {
  listEvents(request: {
    producer: string;
    after: EventCursor | undefined;
    types: string[];
    pageSize: number;
  }): Promise<{
    events: HeardEvent[];
    next: EventCursor | undefined;
    caughtUp: boolean;
    resyncRequired: boolean;
    epoch: string;
  }>;
}

export interface Relay {
  kick(): void;
  stop(): Promise<void>;
}

export interface Consumer {
  pullNow(): Promise<void>;
  stop(): Promise<void>;
}

export declare function announcement<M>(
  codec: EventCodec<M>,
  message: M,
  accountId: string,
): OutgoingEvent;
export declare function on<M>(
  codec: EventCodec<M>,
  handle: (message: M, event: HeardEvent, tx: Tx) => Promise<void>,
): Record<string, EventHandler>;
export declare function outboxSql(service: string): string[];
export declare function writeOutbox(tx: Tx, events: readonly OutgoingEvent[]): Promise<void>;
export declare function connectBus(options: { servers: string[]; logger: Logger }): Bus;
export declare function startRelay(options: {
  database: Database;
  bus: Bus;
  producer: string;
  logger: Logger;
}): Promise<Relay>;
export declare function startConsumer(options: {
  database: Database;
  bus: Bus;
  consumer: string;
  sources: readonly { producer: string; feed: EventFeed }[];
  handlers: Readonly<Record<string, EventHandler>>;
  pullEveryMs?: number;
  logger: Logger;
}): Promise<Consumer>;
export declare function eventFeedDoor(sources: readonly EventSource[]): Door;
