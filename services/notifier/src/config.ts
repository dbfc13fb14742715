import { type ConfigOf, type Setting, setting } from "@tollbook/service";
import type { Sender } from "./domain/envelope.ts";
import { parseSender } from "./domain/sender.ts";

const address = (service: string, why: string) =>
  setting.text({
    env: `TOLLBOOK_${service.toUpperCase()}_ADDRESS`,
    default: "127.0.0.1:50051",
    meaning: `host:port of the ${service} service, ${why}.`,
  });

const database = (env: string, role: string) =>
  setting.url({
    env,
    protocols: ["postgres:", "postgresql:"],
    meaning: `The notifier's database, as the role ${role}.`,
  });

const sender = (options: { env: string; meaning: string }): Setting<Sender> => ({
  ...setting.text(options),
  fallback: undefined,
  bounds: "an e-mail address, or Name <address>",
  parse: (text) => {
    const parsed = parseSender(text);
    if (parsed === undefined) throw new Error("is no e-mail address");
    return parsed;
  },
});

/** The notifier's own settings, besides those of every process. */
export const notifierSettings = {
  databaseUrl: database("TOLLBOOK_NOTIFIER_DATABASE_URL", "notifier_app"),
  workerDatabaseUrl: database("TOLLBOOK_NOTIFIER_WORKER_DATABASE_URL", "notifier_worker"),
  authAddress: address("auth", "for its events and who customers are"),
  meteringAddress: address("metering", "for its events"),
  billingAddress: address("billing", "for its events and the PDFs of invoices"),
  smtpUrl: setting.url({
    env: "TOLLBOOK_NOTIFIER_SMTP_URL",
    protocols: ["smtp:", "smtps:"],
    meaning:
      "The mail server, such as smtp://user:password@mail.example:587; smtps:// for TLS from the " +
      "start. Without it e-mails wait.",
  }),
  mailFrom: sender({
    env: "TOLLBOOK_NOTIFIER_MAIL_FROM",
    meaning: "Who e-mail comes from. The mail server must be allowed to send for its domain.",
  }),
  publicUrl: setting.url({
    env: "TOLLBOOK_PUBLIC_URL",
    protocols: ["http:", "https:"],
    default: "http://127.0.0.1:8080",
    meaning: "Where people open the dashboard: e-mails to owners link to it.",
  }),
  pullIntervalMs: setting.duration({
    env: "TOLLBOOK_PULL_EVERY",
    default: "60s",
    min: "100ms",
    max: "10m",
    meaning: "How often other services are asked for events that NATS may have lost.",
  }),
};

export type NotifierConfig = ConfigOf<typeof notifierSettings>;

/** What the process was started with; nothing else reads it. */
export function processArguments(): { env: NodeJS.ProcessEnv; argv: string[] } {
  return { env: process.env, argv: process.argv.slice(2) };
}
