import { createHash } from "node:crypto";
import type { ServiceDefinition } from "@grpc/grpc-js";
import { DeliveryServiceClient } from "@tollbook/contracts/notifier/v1";
import { systemClock } from "@tollbook/domain";
import { connectBus, eventFeedDoor } from "@tollbook/events";
import {
  type Client,
  type ClientConstructor,
  createClient,
  createLogger,
  hostParts,
  Registry,
  type ResolvedRootKey,
  serviceCredential,
} from "@tollbook/service";
import {
  type ServiceDatabase,
  type TestNats,
  type TestPostgres,
  testPostgres,
  testServiceKeys,
} from "@tollbook/testing";
import pg from "pg";
import { assembleNotifier, migrations } from "../src/index.ts";
import { type Producers, startProducers } from "./producers.ts";
import { type SmtpPeer, startSmtpPeer } from "./smtp-peer.ts";

type Deliveries = Client<(typeof DeliveryServiceClient)["service"]>;

/** A notifier, its database, its mail server and all it hears of. */
export interface World {
  database: ServiceDatabase;
  smtp: SmtpPeer;
  producers: Producers;
  /** NATS, or where none is. */
  natsUrl: string;
  /** How many alerts of an account wait for somebody to be heard of. */
  waiting(accountId: string): Promise<number>;
  /** Looks at the database, or hurries its clock, past every policy. */
  look<Row>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Starts one more notifier in this process. */
  startNotifier(): Promise<RunningNotifier>;
  close(): Promise<void>;
}

export interface RunningNotifier {
  /** DeliveryService as a program of this account. */
  as(accountId: string, scopes?: readonly string[]): Deliveries;
  /** Any service of the notifier, as a program of this account with every scope. */
  client<D extends ServiceDefinition>(service: ClientConstructor<D>, accountId: string): Client<D>;
  stop(): Promise<void>;
}

export type Surroundings = Omit<World, "startNotifier" | "close">;

/** Where nothing listens. */
export const nowhere = "127.0.0.1:1";

const logger = createLogger({ service: "notifier", level: "silent" });

/** What a test wants of its own; without NATS there is none. */
export interface WorldOptions {
  nats?: TestNats;
  postgres?: TestPostgres;
}

export async function startWorld({ nats, ...own }: WorldOptions = {}): Promise<World> {
  const postgres = own.postgres ?? (await testPostgres());
  const database = await postgres.createServiceDatabase("notifier", migrations);
  const [smtp, producers] = await Promise.all([startSmtpPeer(), startProducers(logger)]);
  const natsUrl = nats?.url ?? `nats://${nowhere}`;
  const bus = connectBus({ servers: [natsUrl], logger });
  if (nats) producers.relayTo(bus);
  const running = new Set<RunningNotifier>();
  const superuser = new pg.Pool({ connectionString: database.superUrl, max: 2 });
  superuser.on("error", () => {});
  const look = async <Row>(text: string, values: unknown[] = []) =>
    (await superuser.query(text, values)).rows as Row[];
  const world: Surroundings = {
    ...{ database, smtp, producers, natsUrl, look },
    async waiting(accountId) {
      const text = "select from unaddressed_alert where account_id = $1";
      return (await look(text, [accountId])).length;
    },
  };
  return {
    ...world,
    async startNotifier() {
      const notifier = await startInProcess(world);
      running.add(notifier);
      const stop = async () => {
        if (running.delete(notifier)) await notifier.stop();
      };
      return { ...notifier, stop };
    },
    async close() {
      for (const notifier of running) await notifier.stop();
      await producers.stop();
      await bus.close();
      await smtp.stop();
      await superuser.end();
      await database.drop();
    },
  };
}

/** The settings of a notifier in this world. */
export function settingsOf({ database, smtp, producers }: Surroundings) {
  const { address } = producers;
  return {
    databaseUrl: database.url,
    workerDatabaseUrl: database.workerUrl,
    authAddress: address,
    meteringAddress: address,
    billingAddress: address,
    smtpUrl: smtp.url,
    mailFrom: { name: "Tollbook", address: "no-reply@tollbook.example" },
    publicUrl: "https://tollbook.example/",
    pullIntervalMs: 1_000,
  };
}

async function startInProcess(world: Surroundings): Promise<RunningNotifier> {
  const { notifier: serviceKeys } = await testServiceKeys();
  const bus = connectBus({ servers: [world.natsUrl], logger });
  const metrics = new Registry();
  const credential = serviceCredential({
    service: "notifier",
    privateKey: serviceKeys.privateKey,
  });
  const clock = systemClock;
  const platform = { clock, logger, bus, metrics, serviceKeys, credential };
  const parts = await assembleNotifier(settingsOf(world), {
    ...platform,
    forgetRootKey: (id) => hosted.forgetRootKey(id),
  });
  const rootKeys = new Map<string, ResolvedRootKey>();
  const hosted = await hostParts({
    ...{ parts: [parts], jwks: serviceKeys.jwks, eventFeedDoor, logger, metrics },
    ...{ address: "127.0.0.1:0", drainMs: 500 },
    credentials: {
      resolveRootKey: async (sha256) => rootKeys.get(Buffer.from(sha256).toString("hex")),
      sessionKeys: async () => ({ keys: [] }),
    },
  });
  const clients: { close(): void }[] = [];
  const connect = <D extends ServiceDefinition>(
    service: ClientConstructor<D>,
    accountId: string,
    scopes: readonly string[],
  ): Client<D> => {
    const rootKey = `tb_root_${accountId.replaceAll("-", "")}${scopes.length}`;
    const hash = createHash("sha256").update(rootKey).digest("hex");
    rootKeys.set(hash, { accountId, rootKeyId: accountId, scopes });
    const client = createClient(service, {
      ...{ address: `127.0.0.1:${hosted.port}`, credential: () => rootKey },
      ...{ deadlineMs: 5_000, breaker: false, logger },
    });
    clients.push(client);
    return client;
  };
  return {
    as: (accountId, scopes = everyScope) => connect(DeliveryServiceClient, accountId, scopes),
    client: (service, accountId) => connect(service, accountId, everyScope),
    async stop() {
      for (const client of clients) client.close();
      for (const step of hosted.stopSteps) await step.stop();
      await bus.close();
    },
  };
}

const everyScope = ["account:read", "account:write"];
