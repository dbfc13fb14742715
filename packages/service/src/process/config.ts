import type { JSONWebKeySet, JWK } from "jose";
import type { ConfigOf } from "../config/read-config.ts";
import { setting } from "../config/setting.ts";

/** The settings every process of Tollbook has, whatever service it runs. */
export const processSettings = {
  listen: setting.text({
    env: "TOLLBOOK_LISTEN",
    default: "0.0.0.0:50051",
    meaning: "Address and port gRPC is served on.",
  }),
  metricsListen: setting.text({
    env: "TOLLBOOK_METRICS_LISTEN",
    optional: true,
    meaning: "Address and port for Prometheus (/metrics) and probes (/healthz); none if unset.",
  }),
  logLevel: setting.choice({
    env: "TOLLBOOK_LOG_LEVEL",
    of: ["trace", "debug", "info", "warn", "error", "silent"],
    default: "info",
    meaning: "The least important lines that are logged; debug logs every call.",
  }),
  logPretty: setting.flag({
    env: "TOLLBOOK_LOG_PRETTY",
    default: false,
    meaning: "Logs plain lines for people instead of JSON.",
  }),
  natsServers: setting.list({
    env: "TOLLBOOK_NATS_SERVERS",
    default: ["nats://127.0.0.1:4222"],
    meaning: "NATS servers that carry events. Without them events are heard within a minute.",
  }),
  natsReplicas: setting.integer({
    env: "TOLLBOOK_NATS_REPLICAS",
    default: 1,
    min: 1,
    max: 5,
    meaning: "Copies of each NATS stream: 1 on one machine, 3 in a cluster.",
  }),
  authAddress: setting.text({
    env: "TOLLBOOK_AUTH_ADDRESS",
    default: "127.0.0.1:50051",
    meaning: "host:port of the auth service, which knows every credential.",
  }),
  serviceKey: setting.json<JWK>({
    env: "TOLLBOOK_SERVICE_KEY",
    meaning: "This service's own private key, an Ed25519 JWK with a kid.",
  }),
  serviceKeySet: setting.json<JSONWebKeySet>({
    env: "TOLLBOOK_SERVICE_KEY_SET",
    meaning: "The public keys of all services, a JWK set.",
  }),
  reflection: setting.flag({
    env: "TOLLBOOK_REFLECTION",
    default: false,
    meaning: "Serves gRPC reflection, for grpcurl and buf curl.",
  }),
  timeControl: setting.flag({
    env: "TOLLBOOK_TIME_CONTROL",
    default: false,
    meaning: "Lets anyone move business time (TimeService). For trying things out, never for real.",
  }),
  timeOffsetMs: setting.integer({
    env: "TOLLBOOK_TIME_OFFSET_MS",
    default: 0,
    meaning: "With time control: how far business time starts ahead of the wall clock.",
  }),
  drainMs: setting.duration({
    env: "TOLLBOOK_DRAIN",
    default: "20s",
    min: "0ms",
    max: "5m",
    meaning: "How long calls may finish after a stop is asked for.",
  }),
};

/** The values of `processSettings`. */
export type ProcessConfig = ConfigOf<typeof processSettings>;
