import { type ConfigOf, setting } from "@tollbook/service";

/** Settings of the whole platform on one machine. What the services need is made from these. */
export const localSettings = {
  stateFolder: setting.text({
    env: "TOLLBOOK_STATE_FOLDER",
    optional: true,
    meaning:
      "Where everything is kept. Left out: .tollbook/ in the checkout, as root a folder of " +
      "/var/lib/tollbook.",
  }),
  httpPort: setting.port({
    env: "TOLLBOOK_HTTP_PORT",
    default: 8080,
    meaning: "Port of the web door: REST, the dashboard and the API's documentation.",
  }),
  grpcPort: setting.port({
    env: "TOLLBOOK_GRPC_PORT",
    default: 50051,
    meaning: "Port of gRPC, for SDKs and clients.",
  }),
  mailboxPort: setting.port({
    env: "TOLLBOOK_MAILBOX_PORT",
    default: 8025,
    meaning: "Port of the page that shows the e-mails sent.",
  }),
  smtpPort: setting.port({
    env: "TOLLBOOK_SMTP_PORT",
    default: 1025,
    meaning: "Port on which the mailbox takes e-mails.",
  }),
  smtpUrl: setting.url({
    env: "TOLLBOOK_NOTIFIER_SMTP_URL",
    optional: true,
    protocols: ["smtp:", "smtps:"],
    meaning: "A real mail server to send by. Left out: the mailbox of this machine.",
  }),
  mailFrom: setting.text({
    env: "TOLLBOOK_NOTIFIER_MAIL_FROM",
    default: "Tollbook <tollbook@localhost.localdomain>",
    meaning: "Who e-mails come from. A real mail server must be allowed to send for its domain.",
  }),
  postgresPort: setting.port({
    env: "TOLLBOOK_POSTGRES_PORT",
    default: 0,
    meaning: "Port of PostgreSQL; 0 picks a free one.",
  }),
  natsPort: setting.port({
    env: "TOLLBOOK_NATS_PORT",
    default: 0,
    meaning: "Port of NATS; 0 picks a free one.",
  }),
  natsServer: setting.text({
    env: "TOLLBOOK_NATS_SERVER",
    optional: true,
    meaning: "Path of the nats-server program. Left out: it is looked for, then fetched.",
  }),
  withoutNats: setting.flag({
    env: "TOLLBOOK_WITHOUT_NATS",
    default: false,
    meaning: "Starts no NATS. Everything works; news between services take up to a minute.",
  }),
  timeControl: setting.flag({
    env: "TOLLBOOK_TIME_CONTROL",
    default: false,
    meaning: "Lets anyone on this machine move business time. For trying things out.",
  }),
  startTime: setting.text({
    env: "TOLLBOOK_START_TIME",
    optional: true,
    meaning: "With time control, the business time a fresh state begins at, as 2027-01-10T06:00Z.",
  }),
  sealDelay: setting.duration({
    env: "TOLLBOOK_SEAL_DELAY",
    default: "24h",
    min: "0s",
    max: "35d",
    meaning: "How long after a period's end its usage is closed and billed.",
  }),
  pullEvery: setting.duration({
    env: "TOLLBOOK_PULL_EVERY",
    default: "60s",
    min: "100ms",
    max: "10m",
    meaning: "How often services ask each other for news that NATS may have lost.",
  }),
  logLevel: setting.choice({
    env: "TOLLBOOK_LOG_LEVEL",
    of: ["trace", "debug", "info", "warn", "error", "silent"],
    default: "warn",
    meaning: "The least important lines that are logged.",
  }),
};

export type LocalConfig = ConfigOf<typeof localSettings>;

/** What the process was started with; nothing else reads it. */
export function processArguments(): { env: NodeJS.ProcessEnv; argv: string[] } {
  return { env: process.env, argv: process.argv.slice(2) };
}

/** What was set for one service alone: its own settings, as its README and --help list them. */
export function settingsOf(service: string, { env } = processArguments()): Record<string, string> {
  const prefix = `TOLLBOOK_${service.toUpperCase()}_`;
  const own = Object.entries(env).filter(([name, value]) => name.startsWith(prefix) && value);
  return Object.fromEntries(own) as Record<string, string>;
}
