import { type ConfigOf, setting } from "@tollbook/service";

const protocols = ["postgres:", "postgresql:"];

/** Metering's own settings, besides those of every process. */
export const meteringSettings = {
  databaseUrl: setting.url({
    env: "TOLLBOOK_METERING_DATABASE_URL",
    protocols,
    meaning: "Metering's database, as the role metering_app.",
  }),
  workerDatabaseUrl: setting.url({
    env: "TOLLBOOK_METERING_WORKER_DATABASE_URL",
    protocols,
    meaning: "Metering's database, as the role metering_worker.",
  }),
  authAddress: setting.text({
    env: "TOLLBOOK_AUTH_ADDRESS",
    default: "127.0.0.1:50051",
    meaning: "host:port of the auth service, which knows keys and customers.",
  }),
  billingAddress: setting.text({
    env: "TOLLBOOK_BILLING_ADDRESS",
    default: "127.0.0.1:50051",
    meaning: "host:port of the billing service, which knows what customers may use.",
  }),
  sealDelayMs: setting.duration({
    env: "TOLLBOOK_SEAL_DELAY",
    default: "24h",
    min: "0ms",
    max: "35d",
    meaning: "How long usage of a billing period may still arrive before the period is sealed.",
  }),
  leaseLifetimeMs: setting.duration({
    env: "TOLLBOOK_METERING_LEASE_LIFETIME",
    default: "60s",
    min: "1s",
    max: "1h",
    meaning: "How long a gate may be silent before the units it holds are stranded.",
  }),
  pullIntervalMs: setting.duration({
    env: "TOLLBOOK_PULL_EVERY",
    default: "60s",
    min: "100ms",
    max: "10m",
    meaning: "How often other services are asked for events that NATS may have lost.",
  }),
};

/** Their values. */
export type MeteringConfig = ConfigOf<typeof meteringSettings>;

/** What the process was started with; nothing else reads it. */
export function processArguments(): { env: NodeJS.ProcessEnv; argv: string[] } {
  return { env: process.env, argv: process.argv.slice(2) };
}
