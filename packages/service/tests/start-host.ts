import { newId } from "@tollbook/domain";
import {
  type Client,
  type CredentialSource,
  createAuthenticator,
  createClient,
  createGrpcHost,
  createLogger,
  type Door,
  type GrpcHostOptions,
  generateServiceKeys,
  Registry,
  type ResolvedRootKey,
  serviceCredential,
} from "@tollbook/service";
import { EchoClient, type EchoService } from "./echo-service.ts";

export const quiet = createLogger({ service: "test", level: "silent" });
export const serviceKeys = await generateServiceKeys(["auth", "metering"]);

/** Credentials of the tests: root keys by their SHA-256 in hex, and auth's session keys. */
export class TestCredentials implements CredentialSource {
  readonly rootKeys = new Map<string, ResolvedRootKey>();
  readonly asked: string[] = [];

  async resolveRootKey(sha256: Uint8Array): Promise<ResolvedRootKey | undefined> {
    const hash = Buffer.from(sha256).toString("hex");
    this.asked.push(hash);
    return this.rootKeys.get(hash);
  }

  async sessionKeys() {
    return serviceKeys.auth?.jwks ?? { keys: [] };
  }
}

export interface TestHost {
  host: ReturnType<typeof createGrpcHost>;
  client: Client<typeof EchoService>;
  address: string;
  metrics: Registry;
  credentials: TestCredentials;
  close(): Promise<void>;
}

type Options = Partial<GrpcHostOptions> & {
  credential?: () => Promise<string> | string;
  deadlineMs?: number;
};

/** A host with one door on a free port, and a client of it that tries every call itself. */
export async function startHost(door: Door, options: Options = {}): Promise<TestHost> {
  const { credential, deadlineMs = 5_000, ...hostOptions } = options;
  const credentials = new TestCredentials();
  const metrics = new Registry();
  const jwks = serviceKeys.auth?.jwks ?? { keys: [] };
  const authenticator = createAuthenticator({
    resolveRootKey: (hash) => credentials.resolveRootKey(hash),
    sessionKeys: () => credentials.sessionKeys(),
    serviceKeys: jwks,
  });
  const host = createGrpcHost({ authenticator, logger: quiet, metrics, ...hostOptions });
  host.add(door);
  const address = `127.0.0.1:${await host.listen("127.0.0.1:0")}`;
  const client = createClient(EchoClient, {
    address,
    deadlineMs,
    breaker: false,
    logger: quiet,
    ...(credential && { credential }),
  });
  const close = async () => {
    client.close();
    await host.drain(500);
  };
  return { host, client, address, metrics, credentials, close };
}

/** The Bearer token of one of our services. */
export function asService(service: "auth" | "metering"): () => Promise<string> {
  const keys = serviceKeys[service];
  if (!keys) throw new Error(`no keys of ${service}`);
  return serviceCredential({ service, privateKey: keys.privateKey });
}

export const anAccount = newId;
