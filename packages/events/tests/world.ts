import { randomUUID } from "node:crypto";
import { AccountChanged, AccountCreated } from "@tollbook/contracts/auth/v1/events";
import { newId } from "@tollbook/domain";
import { createLogger, type Database, type Logger } from "@tollbook/service";
import { openDatabase, sqlMigration, tableSecurity, workerPolicy } from "@tollbook/service/storage";
import { testNats, testPostgres } from "@tollbook/testing";
import {
  announcement,
  type Bus,
  type Consumer,
  type ConsumerOptions,
  connectBus,
  type EventFeed,
  eventFeed,
  on,
  outboxSql,
  type Relay,
  startConsumer,
  startRelay,
  writeOutbox,
} from "../src/index.ts";

/** Everything two services need to tell and hear: `auth` tells, `metering` hears. */
export interface World {
  readonly nats: Awaited<ReturnType<typeof testNats>>;
  readonly auth: Database;
  readonly metering: Database;
  /** What our names on NATS begin with. */
  readonly namespace: string;
  /** Auth's feed, without a network between. */
  readonly feed: EventFeed;
  /** A connection of one more process. */
  bus(server?: string): Bus;
  relay(bus: Bus): Relay;
  consumer(bus: Bus, options?: Partial<ConsumerOptions>): Consumer;
  /** Commits one event in its own transaction; `note` tells it from others. */
  tell(accountId: string, ...notes: string[]): Promise<void>;
  /** The notes whose effects metering committed for this account, in order. */
  heard(accountId: string): Promise<string[]>;
  /** Stops every relay, consumer and connection, as at the end of each test. */
  rest(): Promise<void>;
  close(): Promise<void>;
}

/** The effect of every event in these tests: a row with its note. Twice heard is two rows. */
const EFFECTS = `
  create table effect (
    account_id uuid not null,
    position bigint generated always as identity,
    note text not null,
    primary key (account_id, position)
  )`;

export const told = (accountId: string, note: string) =>
  announcement(AccountCreated, AccountCreated.fromPartial({ ownerEmails: [note] }), accountId);

export const toldOfChange = (accountId: string, note: string) =>
  announcement(AccountChanged, AccountChanged.fromPartial({ ownerEmails: [note] }), accountId);

/** The ordinary handler: writes down the note. */
export const writesDown = on(AccountCreated, async ({ ownerEmails: [note] }, event, tx) => {
  await tx.sql("insert into effect (account_id, note) values ($1::uuid, $2::text)", [
    event.accountId,
    note,
  ]);
});

export const newAccount = () => newId();

/** The same bus but for some of its verbs. */
export const replacing = (bus: Bus, verbs: Partial<Bus>): Bus =>
  Object.assign(Object.create(bus), verbs);

export async function startWorld(): Promise<World> {
  const [postgres, nats] = await Promise.all([testPostgres(), testNats()]);
  const logger = createLogger({ service: "events-test", level: "silent" });
  const [auth, metering] = await Promise.all([
    openService(postgres, "auth", logger),
    openService(postgres, "metering", logger),
  ]);
  const namespace = `test-${randomUUID().slice(0, 8)}`;
  const feed = eventFeed([{ producer: "auth", database: auth.database }]);
  let running: (() => Promise<void>)[] = [];
  const rest = async () => {
    for (const stop of running.reverse()) await stop();
    running = [];
  };
  return {
    nats,
    auth: auth.database,
    metering: metering.database,
    namespace,
    feed,
    bus: (server = nats.url) => {
      const bus = connectBus({ servers: [server], namespace, logger });
      running.push(bus.close);
      return bus;
    },
    relay: (bus) => {
      const relay = startRelay({ database: auth.database, bus, producer: "auth", logger });
      running.push(relay.stop);
      return relay;
    },
    consumer: (bus, options) => {
      const consumer = startConsumer({
        database: metering.database,
        bus,
        consumer: "metering",
        sources: [{ producer: "auth", feed }],
        handlers: writesDown,
        logger,
        ...options,
      });
      running.push(consumer.stop);
      return consumer;
    },
    tell: (accountId, ...notes) =>
      auth.database.inAccount(accountId, async (tx) => {
        for (const note of notes) tx.announce(told(accountId, note));
      }),
    heard: async (accountId) => {
      const rows = await metering.database.inAccount(accountId, (tx) =>
        tx.sql<{ note: string }>("select note from effect order by position"),
      );
      return rows.map((row) => row.note);
    },
    rest,
    close: async () => {
      await rest();
      await Promise.all([auth.close(), metering.close()]);
      await nats.stop();
    },
  };
}

async function openService(
  postgres: Awaited<ReturnType<typeof testPostgres>>,
  service: string,
  logger: Logger,
) {
  const { url, workerUrl, drop } = await postgres.createServiceDatabase(service, [
    sqlMigration("0001-events", [
      ...outboxSql(service),
      EFFECTS,
      ...tableSecurity(service, "effect"),
      ...workerPolicy(service, "effect", ["select"]),
    ]),
  ]);
  const database = openDatabase({ url, workerUrl, entities: [], writeOutbox, logger });
  const close = async () => {
    await database.close();
    await drop();
  };
  return { database, close };
}
