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
  askAgainSoonMs: setting.duration({
    env: "TOLLBOOK_METERING_ASK_AGAIN_SOON",
    default: "100ms",
    min: "10ms",
    max: "2s",
    meaning:
      "How long a gate remembers that a limit has no room while other gates hold units of it, " +
      "which may come back: one ask in so long for each gate.",
  }),
  askAgainLateMs: setting.duration({
    env: "TOLLBOOK_METERING_ASK_AGAIN_LATE",
    default: "2s",
    min: "100ms",
    max: "2s",
    meaning: "The same when all units are consumed; a raised limit is felt as late as that.",
  }),
  reclaimAfterMs: setting.duration({
    env: "TOLLBOOK_METERING_RECLAIM_AFTER",
    default: "0ms",
    min: "0ms",
    max: "35d",
    meaning:
      "How long after the lease of a vanished gate has ended its units are granted to others; " +
      "0ms: never in their window. A limit is passed by what the gate had used of them, at most " +
      "by what it held, and the more likely the shorter this is: its last calls may still come.",
  }),
  intakeBytesMax: setting.integer({
    env: "TOLLBOOK_METERING_INTAKE_BYTES",
    default: 8 * 1_048_576,
    min: 1_048_576,
    max: 1_024 * 1_048_576,
    meaning:
      "Bytes of usage in unary calls at once, from their first byte to their answer; what is " +
      "beyond is refused for a moment (RESOURCE_EXHAUSTED) before it is read.",
  }),
  intakeBatchesMax: setting.integer({
    env: "TOLLBOOK_METERING_INTAKE_BATCHES",
    default: 512,
    min: 1,
    max: 100_000,
    meaning: "Batches of usage in unary calls at once; beyond, as with the bytes.",
  }),
  workBytesMax: setting.integer({
    env: "TOLLBOOK_METERING_WORK_BYTES",
    default: 2 * 1_048_576,
    min: 1_048_576,
    max: 256 * 1_048_576,
    meaning:
      "Bytes of usage in work at once, as they came; about five times that is memory. What is " +
      "beyond waits its turn as the bytes it came in.",
  }),
  endpointsMax: setting.integer({
    env: "TOLLBOOK_METERING_ENDPOINTS_MAX",
    default: 1_000,
    min: 1,
    max: 1_000_000,
    meaning:
      "Endpoints of an account that may be new in one month (UTC); calls of more are counted " +
      "under the endpoint `other`, and the account is told.",
  }),
  rawEventDays: setting.integer({
    env: "TOLLBOOK_METERING_RAW_EVENT_DAYS",
    default: 7,
    min: 0,
    max: 35,
    meaning: "Days that single calls are kept for the live log; 0 keeps none.",
  }),
  foldDelayMs: setting.duration({
    env: "TOLLBOOK_METERING_FOLD_DELAY",
    default: "2h",
    min: "0ms",
    max: "35d",
    meaning: "How long after its end a quarter hour is summed into the rollup of its day.",
  }),
  silentAfterMs: setting.duration({
    env: "TOLLBOOK_METERING_SILENT_AFTER",
    default: "24h",
    min: "0ms",
    max: "28d",
    meaning:
      "A customer who called on three days of a week is told of as silent (UsageSilent) after so " +
      "long without a call; whole hours, 0 tells of none.",
  }),
  spikeFactor: setting.integer({
    env: "TOLLBOOK_METERING_SPIKE_FACTOR",
    default: 10,
    min: 0,
    max: 1_000_000,
    meaning:
      "A customer who calls so many times as much as usual at this hour of the week is told of " +
      "(UsageSpiked); usual is the mean of four weeks, 0 tells of none.",
  }),
  spikeCallsMin: setting.integer({
    env: "TOLLBOOK_METERING_SPIKE_CALLS_MIN",
    default: 1_000,
    min: 1,
    max: 1_000_000_000,
    meaning: "Fewer calls in an hour are no spike, whatever is usual.",
  }),
  rollupMonths: setting.integer({
    env: "TOLLBOOK_METERING_ROLLUP_MONTHS",
    default: 0,
    min: 0,
    max: 1_200,
    meaning: "Whole months that sums of usage are kept, at least 15; 0 keeps them for ever.",
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
