import { RootKeyChanged } from "@tollbook/contracts/auth/v1/events";
import { type Bus, outboxWriter, type Relay, startRelay } from "@tollbook/events";
import type { GateObserver } from "@tollbook/gate";
import type { CredentialSource, Door, Platform, ServiceParts } from "@tollbook/service";
import { openDatabase } from "@tollbook/service/storage";
import { hostedGates } from "./app/hosted-gates.ts";
import { type Auth, auth } from "./app/index.ts";
import type { Needs } from "./app/needs.ts";
import { gatePorts } from "./clients/gate-ports.ts";
import { meteringClient } from "./clients/metering.ts";
import type { AuthConfig } from "./config.ts";
import { tokenSeal } from "./domain/settle-token.ts";
import { accountDoor, memberDoor, sessionDoor } from "./grpc/account-server.ts";
import { auditDoor } from "./grpc/audit-server.ts";
import { customerDoor } from "./grpc/customer-server.ts";
import { credentialDoor, directoryDoor } from "./grpc/directory-server.ts";
import { gateDoor } from "./grpc/gate-server.ts";
import { keyDoor } from "./grpc/key-server.ts";
import { rootKeyDoor } from "./grpc/root-key-server.ts";
import { accountsIn } from "./storage/accounts.ts";
import { customers } from "./storage/customers.ts";
import { newsReader } from "./storage/key-news.ts";
import { keys } from "./storage/keys.ts";
import { openNewsBell } from "./storage/news-bell.ts";
import { readPeppers } from "./storage/read-peppers.ts";
import { rootKeysIn } from "./storage/root-keys.ts";
import { entities } from "./storage/schema.ts";
import { publicKeys, sessionSigner } from "./storage/session-signer.ts";
import { sessionsIn } from "./storage/sessions.ts";

/** Auth from its settings: storage, app, doors. Starts nothing. */
export async function assembleAuth(
  config: AuthConfig,
  platform: Platform<Bus>,
): Promise<ServiceParts> {
  const { logger, bus } = platform;
  const needs = openNeeds(config, platform);
  const { database, peppers } = needs;
  const bell = await openNewsBell(database);
  const signingKeys = () => publicKeys(config.sessionKey);
  const app = auth(needs, { reader: newsReader(database, needs), bell, signingKeys });
  const metering = meteringClient(config.meteringAddress, platform);
  const portsOf = (accountId: string) => gatePorts(app, metering.for(accountId), accountId);
  const gates = hostedGates(portsOf, gateLog(platform), config);
  const tokens = tokenSeal(peppers[0] as Buffer);
  let relay: Relay | undefined;
  const overheard = bus.overhear(RootKeyChanged.$type, ({ payload }) =>
    platform.forgetRootKey(RootKeyChanged.decode(payload).rootKeyId),
  );
  return {
    name: "auth",
    doors: [...doorsOf(app), gateDoor(gates, tokens)],
    eventSource: { producer: "auth", database },
    credentials: ownCredentials(app),
    checks: { postgresql: () => database.ping() },
    start: async () => {
      relay = startRelay({ database, bus, producer: "auth", logger });
    },
    stop: async () => {
      await gates.stop();
      await overheard.stop();
      await relay?.stop();
      await bell.close();
      metering.close();
      await database.close();
    },
  };
}

/** Storage, and what else the verbs ask of the outside. */
function openNeeds(config: AuthConfig, { clock, logger }: Platform<Bus>): Needs {
  const { databaseUrl: url, workerDatabaseUrl: workerUrl, sessionKey } = config;
  const writeOutbox = outboxWriter({ clock });
  const database = openDatabase({ url, workerUrl, entities, writeOutbox, logger });
  return {
    database,
    clock,
    peppers: readPeppers(config.pepperList),
    signer: sessionSigner(sessionKey),
    accounts: accountsIn(database),
    sessions: sessionsIn(database),
    rootKeys: rootKeysIn(database),
    customers,
    keys,
  };
}

function doorsOf(app: Auth): Door[] {
  return [
    accountDoor(app),
    sessionDoor(app),
    memberDoor(app),
    rootKeyDoor(app),
    customerDoor(app),
    keyDoor(app),
    directoryDoor(app),
    credentialDoor(app),
    auditDoor(),
  ];
}

/** Auth looks credentials up in its own storage. */
function ownCredentials(app: Auth): CredentialSource {
  return {
    resolveRootKey: app.resolveCredential,
    sessionKeys: async () => app.signingKeys(),
  };
}

/** What hosted gates want known. A loss is loud. */
function gateLog({ logger }: Platform): GateObserver {
  return {
    usageRejected: (rejected) => logger.warn({ rejected }, "metering rejected usage of a gate"),
    usageLost: (calls) => logger.error({ calls }, "a gate lost usage"),
    trouble: (kind, error) => logger.warn({ kind, err: error }, "a gate cannot do as it should"),
  };
}
