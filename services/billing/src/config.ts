import { type ConfigOf, setting } from "@tollbook/service";

const protocols = ["postgres:", "postgresql:"] as const;

/** Billing's own settings, besides those of every process. */
export const billingSettings = {
  databaseUrl: setting.url({
    env: "TOLLBOOK_BILLING_DATABASE_URL",
    protocols,
    meaning: "Billing's database, as the role billing_app.",
  }),
  workerDatabaseUrl: setting.url({
    env: "TOLLBOOK_BILLING_WORKER_DATABASE_URL",
    protocols,
    meaning: "Billing's database, as the role billing_worker.",
  }),
  authAddress: setting.text({
    env: "TOLLBOOK_AUTH_ADDRESS",
    default: "127.0.0.1:50051",
    meaning: "host:port of the auth service, for customers and their news.",
  }),
  meteringAddress: setting.text({
    env: "TOLLBOOK_METERING_ADDRESS",
    default: "127.0.0.1:50051",
    meaning: "host:port of the metering service, for the usage that is billed.",
  }),
  sealDelayMs: setting.duration({
    env: "TOLLBOOK_SEAL_DELAY",
    default: "24h",
    min: "0s",
    max: "35d",
    meaning: "How long after a period's end its usage is closed and billed; as metering has it.",
  }),
  pullIntervalMs: setting.duration({
    env: "TOLLBOOK_PULL_EVERY",
    default: "60s",
    min: "100ms",
    max: "10m",
    meaning: "How often other services are asked for events that NATS may have lost.",
  }),
};

export type BillingConfig = ConfigOf<typeof billingSettings>;

/** What the process was started with; nothing else reads it. */
export function processArguments(): { env: NodeJS.ProcessEnv; argv: string[] } {
  return { env: process.env, argv: process.argv.slice(2) };
}
