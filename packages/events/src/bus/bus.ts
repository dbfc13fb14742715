import type { HeardEvent } from "../event.ts";

/** The fast road of the news. Without it nothing fails: rows stay unpublished, feeds deliver. */
export interface Bus {
  /** Whether a server can be spoken to at this moment. */
  readonly connected: boolean;
  /** Has `listener` called at each connection, first or again. Returns what stops that. */
  onConnect(listener: () => void): () => void;
  /** Makes sure that the producer's stream is there. Throws if it cannot. */
  prepare(producer: string): Promise<void>;
  /**
   * Resolves to true once the stream has stored the event. False means unknown: it may have been
   * stored, so it is published again and whoever hears it twice drops one. Never throws.
   */
  publish(event: HeardEvent): Promise<boolean>;
  /** Receives events of one type for one consumer, for ever, whatever happens to the server. */
  consume(subscription: Subscription): Consumption;
  /**
   * Calls `listener` for each event of a type that passes by while this process is connected:
   * every process of every service hears it, none is promised it. For dropping what is cached;
   * whatever must not be missed goes through a consumer. `listener` must not throw.
   */
  overhear(type: string, listener: (event: HeardEvent) => void): Consumption;
  /** Ends the connection; consumption is stopped before. */
  close(): Promise<void>;
}

/** Who hears what. Processes of one consumer share the events of a type among them. */
export interface Subscription {
  readonly consumer: string;
  readonly type: string;
  /** Called for one event at a time; acknowledged when it answers "settled". Must not throw. */
  receive(event: HeardEvent): Promise<"settled" | "again">;
}

/** A subscription under way. */
export interface Consumption {
  /** Resolves when the event in hand is settled and no further one will be received. */
  stop(): Promise<void>;
}
