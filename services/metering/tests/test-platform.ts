import { createHash } from "node:crypto";
import { after } from "node:test";
import type { ServiceDefinition } from "@grpc/grpc-js";
import { DirectoryServiceService, type KeyRecord } from "@tollbook/contracts/auth/v1";
import { type Entitlement, EntitlementServiceService } from "@tollbook/contracts/billing/v1";
import { newId, TravellingClock } from "@tollbook/domain";
import {
  connectBus,
  type EventSource,
  eventFeedDoor,
  outboxSql,
  writeOutbox,
} from "@tollbook/events";
import {
  createAuthenticator,
  createGrpcHost,
  createLogger,
  type Door,
  hostParts,
  Registry,
  readConfig,
  requireAccount,
  type SessionClaims,
  serviceCredential,
  signSessionToken,
  unary,
} from "@tollbook/service";
import { type ClientConstructor, createClient } from "@tollbook/service/client";
import { openDatabase, sqlMigration } from "@tollbook/service/storage";
import { eventually, testNats, testPostgres, testServiceKeys } from "@tollbook/testing";
import { assembleMetering, meteringSettings, migrations } from "../src/index.ts";
import { START } from "./test-metering.ts";

/** What stands in for auth and billing: their doors on a host of their own. */
export interface StandIns {
  readonly keys: KeyRecord[];
  readonly entitlements: Entitlement[];
  readonly source: EventSource;
}

/** The account of keys that are nobody else's; other keys are whoever's asks. */
export const keyOwners = new Map<string, string>();

/** Root keys of the test, by their text. */
const rootKeys = new Map<string, { accountId: string; scopes: string[] }>();

/** Metering as it runs: assembled, on a port, on NATS, beside stand-ins for its neighbours. */
export async function testPlatform(env: Record<string, string> = {}) {
  const [postgres, nats, keys] = await Promise.all([testPostgres(), testNats(), testServiceKeys()]);
  const database = await postgres.createServiceDatabase("metering", migrations);
  const logger = createLogger({ service: "metering", level: "silent" });
  const bus = connectBus({ servers: [nats.url], logger });
  const clock = new TravellingClock(START);
  const neighbours = await startNeighbours(postgres, keys.metering.jwks);
  const metrics = new Registry();
  const credential = serviceCredential({
    service: "metering",
    privateKey: keys.metering.privateKey,
  });
  const address = `127.0.0.1:${neighbours.port}`;
  const parts = await assembleMetering(
    readConfig(meteringSettings, {
      TOLLBOOK_METERING_DATABASE_URL: database.url,
      TOLLBOOK_METERING_WORKER_DATABASE_URL: database.workerUrl,
      TOLLBOOK_AUTH_ADDRESS: address,
      TOLLBOOK_BILLING_ADDRESS: address,
      ...env,
    }),
    {
      ...{ clock, logger, bus, metrics, serviceKeys: keys.metering, credential },
      forgetRootKey: () => {},
    },
  );
  const hosted = await hostParts({
    ...{ parts: [parts], credentials, jwks: keys.metering.jwks, eventFeedDoor },
    ...{ address: "127.0.0.1:0", drainMs: 1_000, logger, metrics },
  });
  after(async () => {
    for (const step of hosted.stopSteps) await step.stop();
    await bus.close();
    await neighbours.stop();
    await nats.stop();
    await database.drop();
  });
  await eventually(() => bus.connected);
  const running = { port: hosted.port, bus, clock, nats, logger, serviceKeys: keys };
  return { ...running, ...neighbours.standIns };
}

const credentials = {
  resolveRootKey: async (sha256: Uint8Array) => {
    const found = [...rootKeys].find(([text]) => sha256Of(text).equals(sha256));
    return found && { ...found[1], rootKeyId: newId() };
  },
  // Auth signs sessions with a key of its own; here one pair is as good.
  sessionKeys: async () => (await testServiceKeys()).auth.jwks,
};

/** A session of a member. */
export async function memberSession(member: SessionClaims): Promise<string> {
  const { privateKey } = (await testServiceKeys()).auth;
  return signSessionToken({ privateKey, ...member, lifetimeSeconds: 60 });
}

/** A root key of an account with these scopes. */
export function rootKey(accountId: string, ...scopes: string[]): string {
  const text = `tb_root_${newId()}`;
  rootKeys.set(text, { accountId, scopes });
  return text;
}

/** A client of metering with a credential. */
export function clientOf<D extends ServiceDefinition>(
  client: ClientConstructor<D>,
  { port, logger }: { port: number; logger: ReturnType<typeof createLogger> },
  credential: string | (() => Promise<string>),
) {
  const asText = typeof credential === "string" ? () => credential : credential;
  const made = createClient(client, {
    ...{ address: `127.0.0.1:${port}`, credential: asText, deadlineMs: 10_000, logger },
    breaker: false,
  });
  after(() => made.close());
  return made;
}

function sha256Of(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/** Auth's and billing's doors, with an outbox of auth's that nobody relays: it has to be pulled. */
async function startNeighbours(
  postgres: Awaited<ReturnType<typeof testPostgres>>,
  jwks: Awaited<ReturnType<typeof testServiceKeys>>["auth"]["jwks"],
) {
  const outbox = [sqlMigration("0001-events", outboxSql("auth"))];
  const created = await postgres.createServiceDatabase("auth", outbox);
  const logger = createLogger({ service: "auth", level: "silent" });
  const { url, workerUrl } = created;
  const database = openDatabase({ url, workerUrl, entities: [], writeOutbox, logger });
  const standIns: StandIns = {
    keys: [],
    entitlements: [],
    source: { producer: "auth", database },
  };
  const authenticator = createAuthenticator({ ...credentials, serviceKeys: jwks });
  const host = createGrpcHost({ authenticator, logger, metrics: new Registry() });
  const billing: EventSource = { producer: "billing", database };
  for (const door of doorsOf(standIns)) host.add(door);
  host.add(eventFeedDoor([standIns.source, billing]));
  const port = await host.listen("127.0.0.1:0");
  const stop = async () => {
    await host.drain(500);
    await database.close();
    await created.drop();
  };
  return { port, standIns, stop };
}

function doorsOf({ keys, entitlements }: StandIns): Door[] {
  const services = { services: true };
  return [
    {
      service: DirectoryServiceService,
      implementation: {
        describeKeys: unary(async ({ keyIds }: { keyIds: string[] }, caller) => {
          const accountId = requireAccount(caller);
          const isTheirs = (keyId: string) => (keyOwners.get(keyId) ?? accountId) === accountId;
          return { keys: keys.filter(({ keyId }) => keyIds.includes(keyId) && isTheirs(keyId)) };
        }),
      },
      permissions: {
        ...{ ResolveKey: {}, WatchKeys: {}, DescribeCustomers: {} },
        DescribeKeys: services,
      },
    },
    {
      service: EntitlementServiceService,
      implementation: {
        describeEntitlements: unary(async ({ customerIds }: { customerIds: string[] }) => {
          const told = entitlements.filter(({ customerId }) => customerIds.includes(customerId));
          return { entitlements: told, knownCustomerIds: customerIds };
        }),
      },
      permissions: { DescribeEntitlements: services },
    },
  ];
}
