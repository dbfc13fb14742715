import type { Logger } from "@tollbook/service";
import { type ConnectionOptions, connect, Events, type NatsConnection } from "nats";
import { startLoop } from "../loop.ts";

/** Where NATS is and how to sign in. */
export interface BusAddress {
  /** `host:port` of one or more servers of one cluster. */
  readonly servers: readonly string[];
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** A file with the certificate authority's certificate; set, the connection is encrypted. */
  readonly tlsCaFile?: string | undefined;
}

/** A connection that is sought for ever. */
export interface Connection {
  /** The connection, if it is usable at this moment. */
  current(): NatsConnection | undefined;
  onConnect(listener: () => void): () => void;
  close(): Promise<void>;
}

/** A lost peer is noticed within two of these. */
const PING_EVERY_MS = 10_000;
const CONNECT_TIMEOUT_MS = 2_000;
const RECONNECT_WAIT_MS = 500;

/** Connects now and after each loss. Never throws: a missing server is only logged. */
export function keepConnected(address: BusAddress, logger: Logger): Connection {
  const listeners = new Set<() => void>();
  let connection: NatsConnection | undefined;
  let usable = false;
  let missing = false;

  const up = () => {
    usable = true;
    logger.info({ server: connection?.getServer() }, "NATS is there");
    for (const listener of listeners) listener();
  };
  const down = () => {
    if (usable) logger.warn("NATS is away: news waits in the outbox and is pulled meanwhile");
    usable = false;
  };
  const loop = startLoop({
    name: "connect to NATS",
    everyMs: RECONNECT_WAIT_MS,
    logger,
    work: async (signal) => {
      const made = await connectOrSay(address, logger, missing);
      missing = made === undefined;
      if (made === undefined) return undefined;
      connection = made;
      if (signal.aborted) return close(connection);
      void followStatus(connection, up, down);
      up();
      await connection.closed();
      down();
    },
  });
  return {
    current: () => (usable ? connection : undefined),
    onConnect: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => {
      usable = false;
      const stopped = loop.stop();
      if (connection !== undefined) await close(connection);
      await stopped;
    },
  };
}

/** A missing server is no fault of the code: one sentence for the operator, not a stack trace. */
async function connectOrSay(
  address: BusAddress,
  logger: Logger,
  said: boolean,
): Promise<NatsConnection | undefined> {
  try {
    return await connect(connectionOptions(address));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const sentence =
      `NATS cannot be reached at ${address.servers.join(", ")} (${why}). Start it, or correct ` +
      "TOLLBOOK_NATS_SERVERS. Everything works meanwhile; news takes up to a minute.";
    logger[said ? "debug" : "warn"](sentence);
    return undefined;
  }
}

async function followStatus(connection: NatsConnection, up: () => void, down: () => void) {
  for await (const { type } of connection.status()) {
    if (type === Events.Reconnect) up();
    if (type === Events.Disconnect) down();
  }
}

async function close(connection: NatsConnection): Promise<undefined> {
  if (!connection.isClosed()) await connection.close();
}

/** `ignoreAuthErrorAbort`: a password changed under us must not end the seeking either. */
function connectionOptions(address: BusAddress): ConnectionOptions {
  const { servers, user, password, tlsCaFile } = address;
  return {
    name: "tollbook",
    servers: [...servers],
    maxReconnectAttempts: -1,
    reconnectTimeWait: RECONNECT_WAIT_MS,
    timeout: CONNECT_TIMEOUT_MS,
    pingInterval: PING_EVERY_MS,
    maxPingOut: 2,
    ignoreAuthErrorAbort: true,
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { pass: password }),
    ...(tlsCaFile === undefined ? {} : { tls: { caFile: tlsCaFile } }),
  };
}
