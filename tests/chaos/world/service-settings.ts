import { type Addresses, environmentOf, localSettings, type Secrets } from "@tollbook/local";
import { readConfig } from "@tollbook/service";
import { programPath } from "../../config.ts";

/** A gate that is silent this long loses what it holds: seconds here, a minute in production. */
export const leaseLifetimeMs = 3_000;
/** How often services ask each other for what NATS lost: a minute in production. */
export const pullEveryMs = 1_000;

/** The ports of one process of a service. */
export interface Place {
  readonly service: string;
  readonly port: number;
  readonly healthPort: number;
}

/**
 * The environment of one process, as `npm start -- --processes` makes it, with our lifetimes. The
 * services that run once are reached directly, metering through the router.
 */
export function environmentAt(
  place: Place,
  secrets: Secrets,
  addresses: Addresses,
  alone: readonly Place[],
): Record<string, string> {
  const config = readConfig(localSettings, {
    TOLLBOOK_PULL_EVERY: `${pullEveryMs}ms`,
    TOLLBOOK_LOG_LEVEL: "warn",
  });
  const names = alone.map(({ service, port }) => {
    return [`TOLLBOOK_${service.toUpperCase()}_ADDRESS`, `127.0.0.1:${port}`];
  });
  return {
    PATH: programPath,
    ...environmentOf(place.service, config, secrets, addresses),
    ...Object.fromEntries(names),
    TOLLBOOK_METERING_LEASE_LIFETIME: `${leaseLifetimeMs}ms`,
    TOLLBOOK_LISTEN: `127.0.0.1:${place.port}`,
    TOLLBOOK_METRICS_LISTEN: `127.0.0.1:${place.healthPort}`,
  };
}
