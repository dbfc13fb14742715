import { randomBytes } from "node:crypto";
import type { ServiceDefinition } from "@grpc/grpc-js";
import { AccountServiceClient, type SignUpResponse } from "@tollbook/contracts/auth/v1";
import { newId, TravellingClock } from "@tollbook/domain";
import { connectBus } from "@tollbook/events";
import {
  type Client,
  type ClientConstructor,
  createClient,
  createLogger,
  generateServiceKey,
  hostParts,
  Registry,
  serviceCredential,
} from "@tollbook/service";
import { type ServiceDatabase, testPostgres, testServiceKeys } from "@tollbook/testing";
import type { AuthConfig } from "../src/config.ts";
import { assembleAuth, migrations } from "../src/index.ts";

const logger = createLogger({ service: "auth", level: "fatal" });
/** Where nothing listens. */
const nowhere = "127.0.0.1:1";

/** One or more auth processes share this. */
export interface AuthState {
  database: ServiceDatabase;
  secrets: Pick<AuthConfig, "sessionKey" | "pepperList">;
}

/** An auth process, called over real gRPC. */
export interface AuthUnderTest {
  address: string;
  clock: TravellingClock;
  state: AuthState;
  /** A client, perhaps with a Bearer token. Closed with the process. */
  client<D extends ServiceDefinition>(
    service: ClientConstructor<D>,
    credential?: string | (() => Promise<string>),
  ): Client<D>;
  /** What the metering service presents. */
  meteringCredential: () => Promise<string>;
  stop(): Promise<void>;
}

/** Starts auth without NATS, over a database of its own or over another process's. */
export async function startAuth(
  options: { state?: AuthState; meteringAddress?: string } = {},
): Promise<AuthUnderTest> {
  const state = options.state ?? (await newState());
  const clock = new TravellingClock(new Date("2027-01-10T06:00:00Z"));
  const { auth: serviceKeys, metering } = await testServiceKeys();
  const bus = connectBus({ servers: [`nats://${nowhere}`], logger });
  const metrics = new Registry();
  const credential = serviceCredential({ service: "auth", privateKey: serviceKeys.privateKey });
  const parts = await assembleAuth(
    {
      ...state.secrets,
      databaseUrl: state.database.url,
      workerDatabaseUrl: state.database.workerUrl,
      meteringAddress: options.meteringAddress ?? nowhere,
      ...{ firstCallMs: 1_000, leaseWaitMs: 500 },
    },
    {
      ...{ clock, logger, bus, metrics, serviceKeys, credential },
      forgetRootKey: (id) => hosted.forgetRootKey(id),
    },
  );
  const listening = { jwks: serviceKeys.jwks, address: "127.0.0.1:0", drainMs: 1_000 };
  const hosted = await hostParts({ parts: [parts], logger, metrics, ...listening });
  const address = `127.0.0.1:${hosted.port}`;
  const clients = clientsOf(address);
  return {
    address,
    clock,
    state,
    client: clients.client,
    meteringCredential: serviceCredential({
      service: "metering",
      privateKey: metering.privateKey,
    }),
    async stop() {
      clients.close();
      for (const step of hosted.stopSteps) await step.stop();
      await bus.close();
    },
  };
}

async function newState(): Promise<AuthState> {
  const postgres = await testPostgres();
  const database = await postgres.createServiceDatabase("auth", migrations);
  const { privateKey: sessionKey } = await generateServiceKey("auth");
  const pepperList = { peppers: [randomBytes(32).toString("base64")] };
  return { database, secrets: { sessionKey, pepperList } };
}

function clientsOf(address: string): { client: AuthUnderTest["client"]; close(): void } {
  const clients: { close(): void }[] = [];
  return {
    client(service, credential) {
      const given = typeof credential === "string" ? () => credential : credential;
      const base = { address, deadlineMs: 10_000, logger, breaker: false as const };
      const made = createClient(service, given ? { ...base, credential: given } : base);
      clients.push(made);
      return made;
    },
    close() {
      for (const made of clients) made.close();
    },
  };
}

/** A new account with its owner's session. */
export async function signUp(
  auth: Pick<AuthUnderTest, "client">,
): Promise<SignUpResponse & { token: string }> {
  const answer = await auth.client(AccountServiceClient).signUp({
    accountName: "WeatherNow",
    email: `asha-${newId()}@weathernow.example`,
    password: "correct horse battery",
    memberName: "Asha",
    timeZone: "",
    currency: "",
    country: "",
    requestId: "",
  });
  return { ...answer, token: answer.session?.accessToken ?? "" };
}
