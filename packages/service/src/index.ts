import type * as grpc from "@grpc/grpc-js";
import type { Clock } from "@tollbook/domain";
import type { JSONWebKeySet, JWK } from "jose";
import type { Logger } from "pino";
import type { Registry } from "prom-client";

export type { Logger } from "pino";
export type { Registry } from "prom-client";
export type { Database, OutgoingEvent, Tx, WriteOutbox } from "./storage/index.ts";

// ---- config ---------------------------------------------------------------------------------

export interface Setting<T> {
  readonly kind: string;
  readonly env: string;
  readonly meaning: string;
  readonly secret: boolean;
  readonly optional: boolean;
  readonly fallback: T | undefined;
  readonly bounds: string;
  readonly parse: (text: string) => T;
}
export type ConfigSpec = Record<string, Setting<unknown>>;
export type ConfigOf<S extends ConfigSpec> = {
  [K in keyof S]: S[K] extends Setting<infer T> ? T : never;
};
export interface SettingOptions<T> {
  env: string;
  meaning: string;
  default?: T;
  optional?: boolean;
}
export interface NumberOptions extends SettingOptions<number> {
  min?: number;
  max?: number;
}
export declare function readConfig<S extends ConfigSpec>(
  spec: S,
  env: Record<string, string | undefined>,
): ConfigOf<S>;
export declare function describeConfig(spec: ConfigSpec): string;

// ---- callers --------------------------------------------------------------------------------

export type Role = "owner" | "admin" | "viewer";
export type Scope = `${string}:${string}`;
export type Caller =
  | { kind: "member"; accountId: string; memberId: string; role: Role }
  | { kind: "root-key"; accountId: string; rootKeyId: string; scopes: readonly string[] }
  | { kind: "service"; service: string; accountId?: string }
  | { kind: "anonymous" };
export declare function requireAccount(caller: Caller): string;

// ---- doors ----------------------------------------------------------------------------------

export type Permission =
  | { public: true }
  | { roles?: readonly Role[]; scope?: Scope; services?: boolean };
export type PermissionTable = Readonly<Record<string, Permission>>;
export interface Door {
  service: grpc.ServiceDefinition;
  implementation: Partial<grpc.UntypedServiceImplementation>;
  permissions: PermissionTable;
  /** Largest request of one RPC in bytes, below the server's 1 MiB: { Check: 65_536 }. */
  requestBytesMax?: Readonly<Record<string, number>>;
}
export interface CallContext {
  /** Aborted when the caller went away, the deadline passed or the server is stopping for good. */
  readonly signal: AbortSignal;
  readonly deadline: Date | undefined;
  readonly metadata: grpc.Metadata;
  readonly peer: string;
  /** Sends headers to the caller with (before) the answer. */
  sendMetadata(metadata: grpc.Metadata): void;
}
export declare function unary<Req, Res>(
  work: (request: Req, caller: Caller, call: CallContext) => Promise<Res>,
): grpc.handleUnaryCall<Req, Res>;
export declare function serverStream<Req, Res>(
  work: (request: Req, caller: Caller, call: CallContext) => AsyncIterable<Res>,
): grpc.handleServerStreamingCall<Req, Res>;
export declare function bidi<Req, Res>(
  work: (requests: AsyncIterable<Req>, caller: Caller, call: CallContext) => AsyncIterable<Res>,
): grpc.handleBidiStreamingCall<Req, Res>;

// ---- credentials ----------------------------------------------------------------------------

export interface ResolvedRootKey {
  accountId: string;
  rootKeyId: string;
  scopes: readonly string[];
}
/** Where callers' credentials are looked up: auth itself, or a client of auth. */
export interface CredentialSource {
  /** `hash`: SHA-256 of the whole root key. undefined = unknown, revoked or expired. */
  resolveRootKey(hash: Uint8Array): Promise<ResolvedRootKey | undefined>;
  /** The public keys auth signs sessions with. */
  sessionKeys(): Promise<JSONWebKeySet>;
}
/** One service's private key (JWK, Ed25519) and everyone's public keys. */
export interface ServiceKeys {
  privateKey: JWK;
  jwks: JSONWebKeySet;
}
export interface Authenticator {
  authenticate(metadata: grpc.Metadata): Promise<Caller>;
  forgetRootKey(rootKeyId: string): void;
}

// ---- parts ----------------------------------------------------------------------------------

export interface Platform {
  clock: Clock;
  logger: Logger;
  /** The Bus of @tollbook/events; this package does not know it. */
  bus: unknown;
  registry: Registry;
  serviceKeys: ServiceKeys;
  /** This service's own Bearer token for calls to other services. */
  credential: () => Promise<string>;
  /** For the RootKeyChanged handler: the cached answer of this root key is dropped. */
  forgetRootKey(rootKeyId: string): void;
}
export interface ServiceParts {
  name: string;
  doors: Door[];
  /** EventSource of @tollbook/events, served by the host's one EventFeedService. */
  eventSource?: unknown;
  /** Only auth: lets the host check credentials without a network call. */
  credentials?: CredentialSource;
  start(): Promise<void>;
  /** Readiness checks; each throws when its dependency is not usable. */
  checks: Record<string, () => Promise<void>>;
  stop(): Promise<void>;
}
