import { systemClock, TravellingClock } from "@tollbook/domain";
import { collectDefaultMetrics, Registry } from "prom-client";
import type { Door } from "../calls/door.ts";
import { settingsOrExit } from "../config/command-line.ts";
import type { ConfigOf, ConfigSpec, Environment } from "../config/read-config.ts";
import { authCredentials } from "../credentials/auth-credentials.ts";
import { serviceCredential } from "../credentials/service-keys.ts";
import { contractsImage } from "../host/reflection-image.ts";
import { createLogger } from "../logger.ts";
import { type ProcessConfig, processSettings } from "./config.ts";
import { hostParts } from "./host-parts.ts";
import type { Assemble, Platform } from "./parts.ts";
import { serveMetrics } from "./serve-metrics.ts";
import { type StopStep, stopOnSignals } from "./shutdown.ts";

/** What @tollbook/events gives a process: `{ connectBus, eventFeedDoor }`. */
export interface News<Bus extends { close(): Promise<void> }, Source> {
  connectBus(options: { servers: string[]; replicas: number; logger: Platform["logger"] }): Bus;
  eventFeedDoor(sources: readonly Source[]): Door;
}

/** All that makes one service a process. */
export interface RunOptions<S extends ConfigSpec, Bus extends { close(): Promise<void> }, Source> {
  /** `auth`: the name in logs, in tokens and of the service key. */
  name: string;
  /** The service's own settings, besides those of every process. */
  spec: S;
  assemble: Assemble<ConfigOf<S>, Bus>;
  news: News<Bus, Source>;
  env: Environment;
  argv: readonly string[];
}

/** Stopping may take the drain and this much more: relays and pools end in a moment. */
const stopMarginMs = 10_000;
/** Auth is asked on the way of every call that is not remembered. */
const credentialDeadlineMs = 3_000;

/** The whole of a service's main: settings, parts, doors, signals. Ends the process on a fault. */
export async function runService<
  S extends ConfigSpec,
  Bus extends { close(): Promise<void> },
  Source,
>(options: RunOptions<S, Bus, Source>): Promise<void> {
  const { name, argv, env } = options;
  const spec = { ...processSettings, ...options.spec };
  const settings = settingsOrExit(spec, { name: `tollbook ${name}`, argv, env });
  if ("exitCode" in settings) return process.exit(settings.exitCode);
  const config = settings.config as unknown as ProcessConfig & ConfigOf<S>;
  const logger = createLogger({ service: name, level: config.logLevel, pretty: config.logPretty });
  for (const event of ["uncaughtException", "unhandledRejection"] as const) {
    process.on(event, (error: unknown) => {
      logger.fatal({ err: error }, "a fault nobody caught: the process ends");
      process.exit(1);
    });
  }
  try {
    const steps = await start(options, config, logger);
    stopOnSignals({ steps, withinMs: config.drainMs + stopMarginMs, logger });
  } catch (error) {
    logger.fatal({ err: error }, "the service could not start");
    process.exit(1);
  }
}

async function start<S extends ConfigSpec, Bus extends { close(): Promise<void> }, Source>(
  { name, assemble, news }: RunOptions<S, Bus, Source>,
  config: ProcessConfig & ConfigOf<S>,
  logger: Platform["logger"],
): Promise<StopStep[]> {
  const metrics = new Registry();
  collectDefaultMetrics({ register: metrics });
  const timeControl = config.timeControl && TravellingClock.atOffset(config.timeOffsetMs);
  const serviceKeys = { privateKey: config.serviceKey, jwks: config.serviceKeySet };
  const credential = serviceCredential({ service: name, privateKey: serviceKeys.privateKey });
  const servers = [...config.natsServers];
  const bus = news.connectBus({ servers, replicas: config.natsReplicas, logger });
  let forgetRootKey = (_rootKeyId: string): void => {};
  const parts = await assemble(config, {
    clock: timeControl || systemClock,
    logger,
    bus,
    metrics,
    serviceKeys,
    credential,
    forgetRootKey: (rootKeyId) => forgetRootKey(rootKeyId),
  });
  const address = config.authAddress;
  const asked = { address, credential, deadlineMs: credentialDeadlineMs, logger, metrics };
  const credentials = authCredentials(asked);
  const hosted = await hostParts({
    parts: [parts],
    credentials,
    jwks: serviceKeys.jwks,
    eventFeedDoor: (sources) => news.eventFeedDoor(sources),
    ...(timeControl && { timeControl }),
    ...(config.reflection && { reflectionImage: await contractsImage() }),
    address: config.listen,
    drainMs: config.drainMs,
    logger,
    metrics,
  });
  forgetRootKey = hosted.forgetRootKey;
  const { metricsListen } = config;
  const { health } = hosted.host;
  const probes = metricsListen && (await serveMetrics({ address: metricsListen, metrics, health }));
  return [
    ...hosted.stopSteps,
    { name: "credentials", stop: async () => credentials.close() },
    { name: "bus", stop: () => bus.close() },
    ...(probes ? [{ name: "metrics", stop: () => probes.close() }] : []),
  ];
}
