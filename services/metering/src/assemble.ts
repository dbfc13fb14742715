import { RootKeyChanged } from "@tollbook/contracts/auth/v1/events";
import {
  type Bus,
  type Consumer,
  outboxWriter,
  type Relay,
  startConsumer,
  startRelay,
} from "@tollbook/events";
import type { Door, Logger, Platform, ServiceParts, Tx } from "@tollbook/service";
import { openDatabase } from "@tollbook/service/storage";
import { type Metering, metering } from "./app/index.ts";
import { startUpkeep, type Upkeep } from "./app/upkeep.ts";
import { authClient } from "./clients/auth.ts";
import { billingClient } from "./clients/billing.ts";
import type { MeteringConfig } from "./config.ts";
import { handlers } from "./events/handlers.ts";
import { outgoing } from "./events/outgoing.ts";
import { meterDoor } from "./grpc/meter-server.ts";
import { quotaDoor } from "./grpc/quota-server.ts";
import { sealDoor } from "./grpc/seal-server.ts";
import { UsageIntake } from "./grpc/usage-intake.ts";
import { usageDoor } from "./grpc/usage-server.ts";
import { usageMetrics } from "./metrics.ts";
import { entities } from "./storage/schema.ts";
import { storageOn } from "./storage/storage.ts";
import { storeOn } from "./storage/store.ts";
import { toldEntitlement } from "./words/told-entitlement.ts";
import { toldKey } from "./words/told-key.ts";

/** Metering from its settings: storage, clients, app, doors. Starts nothing. */
export async function assembleMetering(
  config: MeteringConfig,
  platform: Platform<Bus>,
): Promise<ServiceParts> {
  const { clock, logger, bus } = platform;
  const { databaseUrl: url, workerDatabaseUrl: workerUrl } = config;
  const writeOutbox = outboxWriter({ clock });
  const applicationName = "tollbook metering";
  const database = openDatabase({ url, workerUrl, entities, writeOutbox, logger, applicationName });
  const auth = authClient(config.authAddress, platform, toldKey);
  const billing = billingClient(config.billingAddress, platform, toldEntitlement);
  const watch = usageMetrics(platform.metrics);
  const telling = { toEvent: outgoing, watch };
  const storage = storageOn(database, clock, telling, config);
  const neighbours = { directory: auth, entitlements: billing };
  const needs = { storage, ...neighbours, clock, settings: config, logger, watch };
  const app = metering(needs);
  const overheard = bus.overhear(RootKeyChanged.$type, ({ payload }) => {
    platform.forgetRootKey(RootKeyChanged.decode(payload).rootKeyId);
  });
  let started: { relay: Relay; consumer: Consumer; upkeep: Upkeep } | undefined;
  return {
    name: "metering",
    doors: doorsOf(app, config, logger),
    eventSource: { producer: "metering", database },
    checks: { postgresql: () => database.ping() },
    start: async () => {
      const relay = startRelay({ database, bus, producer: "metering", logger });
      const consumer = startConsumer({
        ...{ database, bus, consumer: "metering", logger },
        pullEveryMs: config.pullIntervalMs,
        sources: [
          { producer: "auth", feed: auth.feed },
          { producer: "billing", feed: billing.feed },
        ],
        handlers: handlers((tx: Tx) => storeOn(tx, telling), clock),
      });
      started = { relay, consumer, upkeep: startUpkeep(needs, app.reconciler) };
    },
    stop: async () => {
      await overheard.stop();
      await started?.upkeep.stop();
      await started?.consumer.stop();
      await started?.relay.stop();
      auth.close();
      billing.close();
      await database.close();
    },
  };
}

function doorsOf(app: Metering, config: MeteringConfig, logger: Logger): Door[] {
  const usage = usageDoor(app, new UsageIntake(config), logger);
  return [usage, quotaDoor(app), meterDoor(app), sealDoor(app)];
}
