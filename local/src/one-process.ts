import { assembleAuth, authSettings } from "@tollbook/auth";
import { assembleBilling, billingSettings } from "@tollbook/billing";
import type { TravellingClock } from "@tollbook/domain";
import { connectBus, eventFeedDoor } from "@tollbook/events";
import { assembleGateway, gatewaySettings } from "@tollbook/gateway";
import { assembleMetering, meteringSettings } from "@tollbook/metering";
import { assembleNotifier, notifierSettings } from "@tollbook/notifier";
import {
  contractsImage,
  createLogger,
  hostParts,
  Registry,
  readConfig,
  type ServiceParts,
  type StopStep,
  serviceCredential,
} from "@tollbook/service";
import { collectDefaultMetrics } from "prom-client";
import type { LocalConfig } from "./config.ts";
import { type Addresses, drainMs, environmentOf } from "./environment.ts";
import type { Secrets } from "./secrets.ts";

export interface OneProcess {
  config: LocalConfig;
  secrets: Secrets;
  addresses: Addresses;
  clock: TravellingClock;
  /** Told what people should know. */
  say: (line: string) => void;
}

/** Runs every service in this process, over real gRPC on one port of the loopback. */
export async function runInOneProcess(platform: OneProcess): Promise<StopStep[]> {
  const { config, secrets, addresses, clock } = platform;
  const logger = createLogger({ service: "tollbook", level: config.logLevel, pretty: true });
  const bus = connectBus({ servers: [addresses.nats], logger });
  const metrics = new Registry();
  collectDefaultMetrics({ register: metrics });
  let forgetRootKey = (_rootKeyId: string): void => {};
  const of = (service: string) => {
    const serviceKeys = secrets.serviceKeys[service];
    if (!serviceKeys) throw new Error(`secrets.json has no key of ${service}`);
    const { privateKey } = serviceKeys;
    return {
      env: environmentOf(service, config, secrets, addresses),
      platform: {
        ...{ clock, bus, metrics, serviceKeys },
        logger: logger.child({ service }),
        credential: serviceCredential({ service, privateKey }),
        forgetRootKey: (rootKeyId: string) => forgetRootKey(rootKeyId),
      },
    };
  };
  const parts = await assembleAll(of);
  const jwks = secrets.serviceKeys.auth?.jwks ?? { keys: [] };
  const hosted = await hostParts({
    ...{ parts, jwks, logger, metrics, drainMs },
    address: addresses.grpc,
    eventFeedDoor: (sources) => eventFeedDoor(sources),
    reflectionImage: await contractsImage(),
    ...(config.timeControl && { timeControl: clock }),
  });
  forgetRootKey = hosted.forgetRootKey;
  return [...hosted.stopSteps, { name: "bus", stop: () => bus.close() }];
}

type Of = (service: string) => {
  env: Record<string, string>;
  platform: Parameters<typeof assembleAuth>[1];
};

async function assembleAll(of: Of): Promise<ServiceParts[]> {
  const [auth, metering, billing, notifier, gateway] = [
    of("auth"),
    of("metering"),
    of("billing"),
    of("notifier"),
    of("gateway"),
  ];
  return [
    await assembleAuth(readConfig(authSettings, auth.env), auth.platform),
    await assembleMetering(readConfig(meteringSettings, metering.env), metering.platform),
    await assembleBilling(readConfig(billingSettings, billing.env), billing.platform),
    await assembleNotifier(readConfig(notifierSettings, notifier.env), notifier.platform),
    await assembleGateway(readConfig(gatewaySettings, gateway.env), gateway.platform),
  ];
}
