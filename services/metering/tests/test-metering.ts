import { after } from "node:test";
import { DomainError, TravellingClock } from "@tollbook/domain";
import { outboxWriter } from "@tollbook/events";
import { createLogger, type Database, Registry } from "@tollbook/service";
import { openDatabase } from "@tollbook/service/storage";
import { type ServiceDatabase, testPostgres } from "@tollbook/testing";
import pg from "pg";
import { type Metering, metering } from "../src/app/index.ts";
import type { MeteringSettings, Needs } from "../src/app/needs.ts";
import type { ToldEntitlement, ToldKey } from "../src/app/reference-store.ts";
import { handlers } from "../src/events/handlers.ts";
import { outgoing } from "../src/events/outgoing.ts";
import { usageMetrics } from "../src/metrics.ts";
import { migrations } from "../src/storage/migrations/index.ts";
import { entities } from "../src/storage/schema.ts";
import { type StorageSettings, storageOn } from "../src/storage/storage.ts";
import { storeOn } from "../src/storage/store.ts";

/** Auth and billing as metering sees them, with a switch for each. */
export interface Neighbours {
  authAway: boolean;
  billingAway: boolean;
  readonly keys: Map<string, ToldKey>;
  readonly customers: Set<string>;
  readonly entitlements: Map<string, ToldEntitlement>;
  /** How often auth and billing were asked. */
  asked: number;
}

/** Metering on a database of its own, without doors. */
export interface TestMetering {
  readonly app: Metering;
  readonly needs: Needs;
  /** What operators are shown. */
  readonly metrics: Registry;
  readonly clock: TravellingClock;
  readonly database: Database;
  readonly serviceDatabase: ServiceDatabase;
  readonly neighbours: Neighbours;
  readonly handlers: ReturnType<typeof handlers>;
  /** As the superuser, who sees all accounts. */
  look<Row>(text: string, params?: unknown[]): Promise<Row[]>;
}

/** The middle of a month in India, at a quarter hour. */
export const START = new Date("2026-11-10T06:30:00Z");

const defaults: MeteringSettings & StorageSettings = {
  sealDelayMs: 24 * 3_600_000,
  leaseLifetimeMs: 60_000,
  reclaimAfterMs: 0,
  askAgainSoonMs: 100,
  askAgainLateMs: 2_000,
  rawEventDays: 7,
  rollupMonths: 0,
  endpointsMax: 1_000,
  foldDelayMs: 2 * 3_600_000,
  silentAfterMs: 24 * 3_600_000,
  spikeFactor: 10,
  spikeCallsMin: 1_000,
};

/** Metering with a clock and neighbours of its own, on the one database of this test file. */
export async function testMetering(
  settings: Partial<MeteringSettings & StorageSettings> = {},
): Promise<TestMetering> {
  const { serviceDatabase, look } = await opened;
  const logger = createLogger({ service: "metering", level: "silent" });
  const clock = new TravellingClock(START);
  const { url, workerUrl } = serviceDatabase;
  const writeOutbox = outboxWriter({ clock });
  const database = openDatabase({ url, workerUrl, entities, writeOutbox, logger });
  closing.push(() => database.close());
  const neighbours = newNeighbours();
  const chosen = { ...defaults, ...settings };
  const metrics = new Registry();
  const watch = usageMetrics(metrics);
  const telling = { toEvent: outgoing, watch };
  const needs: Needs = {
    storage: storageOn(database, clock, telling, chosen),
    ...asPorts(neighbours),
    clock,
    settings: chosen,
    logger,
    watch,
  };
  await needs.storage.keepPartitions();
  const heard = handlers((tx) => storeOn(tx, telling), clock);
  const made = {
    needs,
    metrics,
    clock,
    database,
    serviceDatabase,
    neighbours,
    handlers: heard,
    look,
  };
  return { app: metering(needs), ...made };
}

const closing: (() => Promise<void>)[] = [];

/** Opened as the file begins, so that it goes when the file ends and not with its first test. */
const opened = openShared();

async function openShared() {
  const postgres = await testPostgres();
  const serviceDatabase = await postgres.createServiceDatabase("metering", migrations);
  const looking = new pg.Client({ connectionString: serviceDatabase.superUrl });
  await looking.connect();
  after(async () => {
    await looking.end();
    await Promise.all(closing.map((close) => close()));
    await serviceDatabase.drop();
  });
  const look = async <Row>(text: string, params: unknown[] = []) => {
    return (await looking.query(text, params)).rows as Row[];
  };
  return { serviceDatabase, look };
}

/** A second process on the same database, with a memory of its own. */
export function anotherProcess({ needs }: TestMetering): Metering {
  return metering(needs);
}

function newNeighbours(): Neighbours {
  return {
    authAway: false,
    billingAway: false,
    keys: new Map(),
    customers: new Set(),
    entitlements: new Map(),
    asked: 0,
  };
}

function asPorts(neighbours: Neighbours): Pick<Needs, "directory" | "entitlements"> {
  const ask = (away: boolean) => {
    neighbours.asked += 1;
    if (away) throw new DomainError("unavailable", "DEPENDENCY_UNAVAILABLE", "It is away.");
  };
  return {
    directory: {
      describeKeys: async (accountId, { keyIds, keySha256s }) => {
        ask(neighbours.authAway);
        return [...neighbours.keys.values()].filter((key) => {
          const known = keyIds.includes(key.keyId) || keySha256s.includes(key.keySha256 ?? "");
          return known && accountsOf.get(key.keyId) === accountId;
        });
      },
      describeCustomers: async (accountId, { customerIds, externalIds }) => {
        ask(neighbours.authAway);
        return [...neighbours.customers]
          .map((customerId) => ({ customerId, externalId: externalIdOf(customerId) }))
          .filter(({ customerId, externalId }) => {
            const known = customerIds.includes(customerId) || externalIds.includes(externalId);
            return known && accountsOf.get(customerId) === accountId;
          });
      },
    },
    entitlements: {
      describe: async (_, customerIds) => {
        ask(neighbours.billingAway);
        const entitlements = [...neighbours.entitlements.values()].filter((one) => {
          return customerIds.includes(one.customerId);
        });
        const knownCustomerIds = customerIds.filter((id) => neighbours.customers.has(id));
        return { entitlements, knownCustomerIds };
      },
    },
  };
}

/** Whose a key or customer is, at our auth. */
export const accountsOf = new Map<string, string>();

/** The account's own name of a customer. */
export function externalIdOf(customerId: string): string {
  return `acme-${customerId}`;
}
