import type { Clock } from "@tollbook/domain";
import type { Logger } from "pino";
import type { Registry } from "prom-client";
import type { Door } from "../calls/door.ts";
import type { CredentialSource } from "../credentials/credential-source.ts";
import type { ServiceKeys } from "../credentials/service-keys.ts";
import type { Check } from "../host/health.ts";

/** What a process gives the service it hosts. `Bus` is that of @tollbook/events. */
export interface Platform<Bus = unknown> {
  /** Business time. */
  readonly clock: Clock;
  readonly logger: Logger;
  /** The news; this package does not know it. */
  readonly bus: Bus;
  readonly metrics: Registry;
  /** This service's key, and everyone's public keys. */
  readonly serviceKeys: ServiceKeys;
  /** This service's Bearer token for calls to other services. */
  readonly credential: () => Promise<string>;
  /** To be called when RootKeyChanged is heard: what is remembered of the root key is dropped. */
  readonly forgetRootKey: (rootKeyId: string) => void;
}

/** What a service hands to the process that hosts it. */
export interface ServiceParts {
  readonly name: string;
  readonly doors: readonly Door[];
  /** Its outbox as an EventSource of @tollbook/events; the host serves one feed for all. */
  readonly eventSource?: unknown;
  /** Only auth's: the host then checks credentials without a call. */
  readonly credentials?: CredentialSource;
  /** Begins the work nobody asks for: relays, consumers, schedulers. After the doors are open. */
  start(): Promise<void>;
  /** Readiness checks; each throws while its dependency cannot be used. */
  readonly checks: Readonly<Record<string, Check>>;
  /** Ends what `start` began, then clients and storage. After the doors are closed. */
  stop(): Promise<void>;
}

/** `assembleAuth` and the like: storage, app and doors from settings; starts nothing. */
export type Assemble<Config, Bus = unknown> = (
  config: Config,
  platform: Platform<Bus>,
) => Promise<ServiceParts>;
