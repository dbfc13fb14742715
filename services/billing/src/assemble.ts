import { RootKeyChanged } from "@tollbook/contracts/auth/v1/events";
import {
  type Bus,
  type Consumer,
  outboxWriter,
  type Relay,
  startConsumer,
  startRelay,
} from "@tollbook/events";
import type { Platform, ServiceParts } from "@tollbook/service";
import { openDatabase } from "@tollbook/service/storage";
import { billing } from "./app/index.ts";
import type { Needs } from "./app/needs.ts";
import { type Scheduler, startScheduler } from "./app/scheduler.ts";
import { authClient } from "./clients/auth.ts";
import { meteringClient } from "./clients/metering.ts";
import type { BillingConfig } from "./config.ts";
import { onAuthNews, toCustomer } from "./events/on-auth-news.ts";
import { newsIn } from "./events/outgoing.ts";
import { billingDoors } from "./grpc/doors.ts";
import { protoEntitlement } from "./grpc/proto-words.ts";
import { createRenderer } from "./pdf/renderer.ts";
import { forgetAnswersIn } from "./storage/answered-requests.ts";
import { invoices } from "./storage/invoices.ts";
import { periodsIn } from "./storage/periods.ts";
import { plans } from "./storage/plans.ts";
import { profiles } from "./storage/profiles.ts";
import { references } from "./storage/references.ts";
import { runs } from "./storage/runs.ts";
import { entities } from "./storage/schema.ts";
import { subscriptionsIn } from "./storage/subscriptions.ts";

/** What is at work between start and stop. */
interface Working {
  relay?: Relay;
  consumer?: Consumer;
  scheduler?: Scheduler;
}

/** Billing from its settings: storage, clients, app, doors. Starts nothing. */
export async function assembleBilling(
  config: BillingConfig,
  platform: Platform<Bus>,
): Promise<ServiceParts> {
  const { clock, logger, bus } = platform;
  const { databaseUrl: url, workerDatabaseUrl: workerUrl } = config;
  const storage = { url, workerUrl, entities, writeOutbox: outboxWriter({ clock }), logger };
  const database = openDatabase(storage);
  const auth = authClient(config.authAddress, platform, toCustomer);
  const metering = meteringClient(config.meteringAddress, platform);
  const renderer = createRenderer();
  const working: Working = {};
  const needs: Needs = {
    ...{ database, clock, logger, metering, renderer, sealDelayMs: config.sealDelayMs },
    ...{ references, plans, profiles, invoices, runs },
    subscriptions: subscriptionsIn(database),
    periods: periodsIn(database),
    news: newsIn(protoEntitlement),
    directory: { customers: auth.customers, catchUp: async () => working.consumer?.pullNow() },
    forgetAnswers: forgetAnswersIn(database),
  };
  const overheard = bus.overhear(RootKeyChanged.$type, ({ payload }) =>
    platform.forgetRootKey(RootKeyChanged.decode(payload).rootKeyId),
  );
  return {
    name: "billing",
    doors: billingDoors(billing(needs), () => working.scheduler?.kick()),
    eventSource: { producer: "billing", database },
    checks: { postgresql: () => database.ping() },
    start: async () => {
      working.relay = startRelay({ database, bus, producer: "billing", logger });
      working.consumer = startConsumer({
        ...{ database, bus, consumer: "billing", logger, pullEveryMs: config.pullIntervalMs },
        sources: [{ producer: "auth", feed: auth.feed }],
        handlers: onAuthNews(references),
      });
      working.scheduler = startScheduler(needs);
    },
    stop: async () => {
      await overheard.stop();
      // A scheduler that waits for metering would keep everybody waiting: its calls end first.
      const stopped = stopWorking(working);
      metering.close();
      await stopped;
      await renderer.stop();
      auth.close();
      await database.close();
    },
  };
}

async function stopWorking({ scheduler, consumer, relay }: Working): Promise<void> {
  await scheduler?.stop();
  await consumer?.stop();
  await relay?.stop();
}
