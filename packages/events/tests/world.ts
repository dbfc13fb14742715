import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, afterEach, before } from "node:test";
import { AccountChanged, AccountCreated } from "@tollbook/contracts/auth/v1/events";
import { newId } from "@tollbook/domain";
import { createLogger, type Database, type Logger } from "@tollbook/service";
import { openDatabase, sqlMigration, tableSecurity, workerPolicy } from "@tollbook/service/storage";
import { eventually, heardByAll, type TestNats, testPostgres } from "@tollbook/testing";
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
  readonly auth: Database;
  readonly metering: Database;
  /** What our names on NATS begin with. */
  readonly namespace: string;
  /** Auth's feed, without a network between. */
  readonly feed: EventFeed;
  /** A connection of one more process; without a NATS, to where none is. */
  bus(): Bus;
  relay(bus: Bus): Relay;
  consumer(bus: Bus, options?: Partial<ConsumerOptions>): Consumer;
  /** Commits events in a transaction of their own, and waits until the feed may show them. */
  tell(accountId: string, ...notes: string[]): Promise<void>;
  /** The notes whose effects metering committed for this account, in order. */
  heard(accountId: string): Promise<string[]>;
  /** Waits until exactly these effects are there, in whatever order they came. */
  hears(accountId: string, notes: string[], withinMs?: number): Promise<void>;
  /** How many of auth's events, or of one account's, no relay has marked yet. */
  unpublished(accountId?: string): Promise<number>;
  /** What metering gave up. */
  deadLetters(accountId: string): Promise<{ attempts: number; last_error: string }[]>;
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

/** An address where nothing listens: the port of a protocol nobody runs. */
const NOWHERE = "127.0.0.1:9";

export const newAccount = () => newId();

/** The same bus but for some of its verbs. */
export const replacing = (bus: Bus, verbs: Partial<Bus>): Bus =>
  Object.assign(Object.create(bus), verbs);

/**
 * The world of a test file: made before its tests, at rest after each, unmade after all. Nothing
 * is made where `needed` says that the tests are skipped.
 */
export function worldFor(needed: { skip?: string }, nats?: () => Promise<TestNats>): () => World {
  let world: World | undefined;
  before(async () => {
    if (needed.skip === undefined) world = await startWorld(await nats?.());
  });
  afterEach(() => world?.rest());
  after(() => world?.close());
  return () => world as World;
}

/** Two services with their databases; all buses go to this NATS, or to none. */
async function startWorld(nats?: TestNats): Promise<World> {
  const postgres = await testPostgres();
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
    auth: auth.database,
    metering: metering.database,
    namespace,
    feed,
    bus: () => {
      const bus = connectBus({ servers: [nats?.url ?? NOWHERE], namespace, logger });
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
      heardByAll(auth.database, accountId, async (tx) => {
        for (const note of notes) tx.announce(told(accountId, note));
      }),
    ...looks(auth.database, metering.database),
    rest,
    close: async () => {
      await rest();
      await Promise.all([auth.close(), metering.close()]);
      await nats?.stop();
    },
  };
}

function looks(auth: Database, metering: Database) {
  const heard = async (accountId: string) => {
    const rows = await metering.inAccount(accountId, (tx) =>
      tx.sql<{ note: string }>("select note from effect order by position"),
    );
    return rows.map((row) => row.note);
  };
  return {
    heard,
    hears: async (accountId: string, notes: string[], withinMs = 10_000) => {
      const look = async () => {
        assert.deepEqual((await heard(accountId)).sort(), [...notes].sort());
      };
      await eventually(look, { withinMs });
    },
    unpublished: async (accountId?: string) => {
      const rows = await auth.asWorker((tx) =>
        tx.sql(
          `select 1 from outbox
          where published_time is null and account_id = coalesce($1::uuid, account_id)`,
          [accountId ?? null],
        ),
      );
      return rows.length;
    },
    deadLetters: (accountId: string) =>
      metering.inAccount(accountId, (tx) =>
        tx.sql<{ attempts: number; last_error: string }>(
          "select attempts, last_error from dead_letter where dead_time is not null",
        ),
      ),
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
