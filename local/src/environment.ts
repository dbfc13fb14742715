import type { DatabaseUrls } from "@tollbook/service/storage";
import { type LocalConfig, settingsOf } from "./config.ts";
import type { Secrets } from "./secrets.ts";

/** Where things are once the servers run. */
export interface Addresses {
  grpc: string;
  http: { host: string; port: number };
  nats: string;
  smtp: string;
  databases: Record<string, DatabaseUrls>;
}

/** Calls under way when a stop is asked for may take this long; the whole stop has 5 s. */
export const drainMs = 1_000;

/** The environment of one service, as an operator would write it. */
export function environmentOf(
  service: string,
  config: LocalConfig,
  secrets: Secrets,
  addresses: Addresses,
): Record<string, string> {
  const databases = Object.entries(addresses.databases).flatMap(([name, urls]) => [
    [`TOLLBOOK_${name.toUpperCase()}_DATABASE_URL`, urls.url],
    [`TOLLBOOK_${name.toUpperCase()}_WORKER_DATABASE_URL`, urls.workerUrl],
  ]);
  const keys = secrets.serviceKeys[service];
  return {
    // First, so that nobody points a service past what was made for it here.
    ...settingsOf(service),
    ...Object.fromEntries(databases),
    ...everyAddress(addresses.grpc),
    TOLLBOOK_NATS_SERVERS: addresses.nats,
    TOLLBOOK_SERVICE_KEY: JSON.stringify(keys?.privateKey),
    TOLLBOOK_SERVICE_KEY_SET: JSON.stringify(keys?.jwks),
    TOLLBOOK_AUTH_SESSION_KEY: JSON.stringify(secrets.sessionKey),
    TOLLBOOK_AUTH_PEPPERS: JSON.stringify({ peppers: secrets.peppers }),
    TOLLBOOK_NOTIFIER_SMTP_URL: config.smtpUrl ?? addresses.smtp,
    TOLLBOOK_NOTIFIER_MAIL_FROM: config.mailFrom,
    TOLLBOOK_SEAL_DELAY: `${config.sealDelay}ms`,
    TOLLBOOK_PUBLIC_URL: `http://${addresses.http.host}:${addresses.http.port}`,
    TOLLBOOK_HTTP_HOST: addresses.http.host,
    TOLLBOOK_HTTP_PORT: String(addresses.http.port),
    TOLLBOOK_LOG_LEVEL: config.logLevel,
    TOLLBOOK_DRAIN: `${drainMs}ms`,
    TOLLBOOK_PULL_EVERY: `${config.pullEvery}ms`,
  };
}

function everyAddress(grpc: string): Record<string, string> {
  const names = ["AUTH", "METERING", "BILLING", "NOTIFIER"];
  return Object.fromEntries(names.map((name) => [`TOLLBOOK_${name}_ADDRESS`, grpc]));
}
