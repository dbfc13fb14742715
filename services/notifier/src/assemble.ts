import { RootKeyChanged } from "@tollbook/contracts/auth/v1/events";
import { type Bus, outboxWriter, type Source, startConsumer, startRelay } from "@tollbook/events";
import type { Database, Platform, ServiceParts } from "@tollbook/service";
import { openDatabase } from "@tollbook/service/storage";
import { type Notifier, notifier } from "./app/index.ts";
import { directoryClient } from "./clients/directory.ts";
import { eventFeeds } from "./clients/event-feeds.ts";
import { invoiceFiles } from "./clients/invoice-files.ts";
import { smtpMailer } from "./clients/smtp-mailer.ts";
import { warnOfMailServer } from "./clients/warn-of-mail-server.ts";
import type { NotifierConfig } from "./config.ts";
import { handlers } from "./events/handlers.ts";
import { deliveryDoor } from "./grpc/delivery-server.ts";
import { unbuiltDoors } from "./grpc/unbuilt-servers.ts";
import { deliveries } from "./storage/deliveries.ts";
import { deliveryQueue } from "./storage/delivery-queue.ts";
import { references } from "./storage/references.ts";
import { entities } from "./storage/schema.ts";
import { waitingAlerts } from "./storage/waiting-alerts.ts";

const name = "notifier";

/** The notifier from its settings: storage, clients, app, doors. Starts nothing. */
export async function assembleNotifier(
  config: NotifierConfig,
  platform: Platform<Bus>,
): Promise<ServiceParts> {
  const { clock, logger } = platform;
  const { databaseUrl: url, workerDatabaseUrl: workerUrl, smtpUrl, mailFrom } = config;
  const writeOutbox = outboxWriter({ clock });
  const database = openDatabase({ url, workerUrl, entities, writeOutbox, logger });
  const feeds = eventFeeds(config, platform);
  const directory = directoryClient(config.authAddress, platform);
  const invoices = invoiceFiles(config.billingAddress, platform);
  const mailer = smtpMailer(smtpUrl, logger);
  const links = { publicUrl: config.publicUrl.replace(/\/+$/, "") };
  const queue = deliveryQueue(database);
  const repositories = { references, waiting: waitingAlerts(database), deliveries, queue };
  const outside = { database, clock, logger, directory, invoices, mailer };
  const app = notifier({ ...outside, ...repositories, links, mailFrom });
  let work: Work[] = [];
  return {
    name,
    doors: [deliveryDoor(app), ...unbuiltDoors()],
    eventSource: { producer: name, database },
    // Neither mail server nor NATS: without them news waits, and what was said can still be read.
    checks: { postgresql: () => database.ping() },
    start: async () => {
      work = startWork(app, database, { ...platform, ...config, sources: feeds.sources });
      void warnOfMailServer(mailer, smtpUrl, logger);
    },
    stop: async () => {
      await Promise.all(work.map((each) => each.stop()));
      for (const client of [mailer, feeds, directory, invoices]) client.close();
      await database.close();
    },
  };
}

interface Work {
  stop(): void | Promise<void>;
}

type Surroundings = Platform<Bus> & Pick<NotifierConfig, "pullIntervalMs"> & { sources: Source[] };

function startWork(app: Notifier, database: Database, surroundings: Surroundings): Work[] {
  const { bus, logger, sources, pullIntervalMs: pullEveryMs, forgetRootKey } = surroundings;
  const hearing = { database, bus, consumer: name, sources, pullEveryMs, logger };
  return [
    bus.overhear(RootKeyChanged.$type, ({ payload }) =>
      forgetRootKey(RootKeyChanged.decode(payload).rootKeyId),
    ),
    startConsumer({ ...hearing, handlers: handlers(app) }),
    startRelay({ database, bus, producer: name, logger }),
    app.startBackground(),
  ];
}
