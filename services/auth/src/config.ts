import { type ConfigOf, setting } from "@tollbook/service";
import type { JWK } from "jose";

/** Secrets under which hashes of keys are stored: base64, at least 32 bytes each, oldest first. */
export interface PepperList {
  peppers: string[];
}

/** Auth's own settings, besides those of every process. */
export const authSettings = {
  databaseUrl: setting.url({
    env: "TOLLBOOK_AUTH_DATABASE_URL",
    protocols: ["postgres:", "postgresql:"],
    meaning: "Auth's database, as the role auth_app.",
  }),
  workerDatabaseUrl: setting.url({
    env: "TOLLBOOK_AUTH_WORKER_DATABASE_URL",
    protocols: ["postgres:", "postgresql:"],
    meaning: "Auth's database, as the role auth_worker.",
  }),
  sessionKey: setting.json<JWK>({
    env: "TOLLBOOK_AUTH_SESSION_KEY",
    meaning: "The private key sessions are signed with, an Ed25519 JWK with a kid.",
  }),
  pepperList: setting.json<PepperList>({
    env: "TOLLBOOK_AUTH_PEPPERS",
    meaning: 'Secrets keys are stored under: {"peppers": ["<base64, 32 bytes>"]}, newest last.',
  }),
  meteringAddress: setting.text({
    env: "TOLLBOOK_METERING_ADDRESS",
    default: "127.0.0.1:50051",
    meaning: "host:port of the metering service, for the gates that auth hosts.",
  }),
  firstCallMs: setting.duration({
    env: "TOLLBOOK_AUTH_GATE_FIRST_CALL_WAIT",
    default: "1s",
    min: "50ms",
    max: "10s",
    meaning: "How long the first Check of a key waits for its limits before it is UNAVAILABLE.",
  }),
  leaseWaitMs: setting.duration({
    env: "TOLLBOOK_AUTH_GATE_LEASE_WAIT",
    default: "500ms",
    min: "10ms",
    max: "10s",
    meaning:
      "How long a later Check waits for room to be asked for; then the failure mode decides.",
  }),
};

export type AuthConfig = ConfigOf<typeof authSettings>;

/** What the process was started with; nothing else reads it. */
export function processArguments(): { env: NodeJS.ProcessEnv; argv: string[] } {
  return { env: process.env, argv: process.argv.slice(2) };
}
