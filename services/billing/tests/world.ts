import { createHash } from "node:crypto";
import type { ServiceDefinition } from "@grpc/grpc-js";
import { TravellingClock } from "@tollbook/domain";
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
import { type ServiceDatabase, testPostgres, testServiceKeys } from "@tollbook/testing";
import pg from "pg";
import { assembleBilling, migrations } from "../src/index.ts";
import { type OtherServices, startOtherServices } from "./other-services.ts";

const logger = createLogger({ service: "billing", level: "silent" });

/** Where nothing listens: these tests do without NATS. */
const nowhere = "127.0.0.1:1";

/** A billing database, all that stands around it, and business time. */
export interface World {
  readonly database: ServiceDatabase;
  readonly others: OtherServices;
  readonly clock: TravellingClock;
  /** Looks at the database past every policy, or hurries its wall clock. */
  look<Row>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Starts one more billing in this process. */
  startBilling(): Promise<RunningBilling>;
  close(): Promise<void>;
}

export interface RunningBilling {
  readonly address: string;
  /** A service of billing, as a program of this account. */
  as<D extends ServiceDefinition>(
    service: ClientConstructor<D>,
    accountId: string,
    scopes?: readonly string[],
  ): Client<D>;
  /** The same as one of our services. */
  asService<D extends ServiceDefinition>(
    service: ClientConstructor<D>,
    name: "metering" | "notifier",
  ): Promise<Client<D>>;
  stop(): Promise<void>;
}

export async function startWorld(startAt: string): Promise<World> {
  const postgres = await testPostgres();
  const database = await postgres.createServiceDatabase("billing", migrations);
  const others = await startOtherServices(logger);
  const clock = new TravellingClock(new Date(startAt));
  const superuser = new pg.Pool({ connectionString: database.superUrl, max: 2 });
  superuser.on("error", () => {});
  const running = new Set<RunningBilling>();
  const world = { database, others, clock };
  return {
    ...world,
    look: async <Row>(text: string, values: unknown[] = []) =>
      (await superuser.query(text, values)).rows as Row[],
    async startBilling() {
      const billing = await startInProcess(world);
      running.add(billing);
      const stop = async () => {
        if (running.delete(billing)) await billing.stop();
      };
      return { ...billing, stop };
    },
    async close() {
      for (const billing of running) await billing.stop();
      await others.stop();
      await superuser.end();
      await database.drop();
    },
  };
}

/** The settings of a billing in this world. */
export function settingsOf({ database, others }: Pick<World, "database" | "others">) {
  return {
    databaseUrl: database.url,
    workerDatabaseUrl: database.workerUrl,
    authAddress: others.address,
    meteringAddress: others.address,
    sealDelayMs: 24 * 3_600_000,
    pullIntervalMs: 60_000,
  };
}

async function startInProcess(
  world: Pick<World, "database" | "others" | "clock">,
): Promise<RunningBilling> {
  const keys = await testServiceKeys();
  const bus = connectBus({ servers: [`nats://${nowhere}`], logger });
  const metrics = new Registry();
  const { privateKey, jwks } = keys.billing;
  const credential = serviceCredential({ service: "billing", privateKey });
  const { clock } = world;
  const platform = { clock, logger, bus, metrics, serviceKeys: keys.billing, credential };
  const parts = await assembleBilling(settingsOf(world), {
    ...platform,
    forgetRootKey: (id) => hosted.forgetRootKey(id),
  });
  const rootKeys = new Map<string, ResolvedRootKey>();
  const hosted = await hostParts({
    ...{ parts: [parts], jwks, eventFeedDoor, logger, metrics },
    ...{ address: "127.0.0.1:0", drainMs: 500 },
    credentials: {
      resolveRootKey: async (sha256) => rootKeys.get(Buffer.from(sha256).toString("hex")),
      sessionKeys: async () => ({ keys: [] }),
    },
  });
  const address = `127.0.0.1:${hosted.port}`;
  const clients: { close(): void }[] = [];
  const connect = <D extends ServiceDefinition>(
    service: ClientConstructor<D>,
    credential: () => string | Promise<string>,
  ): Client<D> => {
    const base = { address, credential, deadlineMs: 15_000, breaker: false as const, logger };
    const client = createClient(service, base);
    clients.push(client);
    return client;
  };
  return {
    address,
    as: (service, accountId, scopes = ["billing:read", "billing:write"]) => {
      const rootKey = `tb_root_${accountId.replaceAll("-", "")}${scopes.length}`;
      const hash = createHash("sha256").update(rootKey).digest("hex");
      rootKeys.set(hash, { accountId, rootKeyId: accountId, scopes });
      return connect(service, () => rootKey);
    },
    asService: async (service, name) => {
      const { privateKey } = keys[name];
      return connect(service, serviceCredential({ service: name, privateKey }));
    },
    async stop() {
      for (const client of clients) client.close();
      for (const step of hosted.stopSteps) await step.stop();
      await bus.close();
    },
  };
}
