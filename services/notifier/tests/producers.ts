import type { ServiceDefinition } from "@grpc/grpc-js";
import {
  type Customer,
  type DescribeCustomersRequest,
  DescribeCustomersResponse,
  DirectoryServiceService,
} from "@tollbook/contracts/auth/v1";
import {
  type GetInvoicePdfRequest,
  GetInvoicePdfResponse,
  InvoiceServiceService,
} from "@tollbook/contracts/billing/v1";
import { DomainError } from "@tollbook/domain";
import { type Bus, eventFeedDoor, outboxSql, startRelay, writeOutbox } from "@tollbook/events";
import {
  type Database,
  type Door,
  hostParts,
  type Logger,
  type OutgoingEvent,
  type PermissionTable,
  Registry,
  type ServiceParts,
  unary,
} from "@tollbook/service";
import { openDatabase, sqlMigration } from "@tollbook/service/storage";
import { testPostgres, testServiceKeys } from "@tollbook/testing";

/** What stands around the notifier: real outboxes and feeds, and two answers of other services. */
export interface Producers {
  /** host:port of all three. */
  address: string;
  /** Commits an event in its producer's outbox. */
  tell(event: OutgoingEvent): Promise<void>;
  /** What auth's directory answers. */
  customers: Map<string, Customer>;
  /** Billing's PDFs, by invoice. */
  pdfs: Map<string, Buffer>;
  /** Accounts for which a PDF was asked. */
  askedFor: string[];
  /** Publishes to NATS what is told, from now on. */
  relayTo(bus: Bus): void;
  stop(): Promise<void>;
}

const names = ["auth", "metering", "billing"] as const;

export async function startProducers(logger: Logger): Promise<Producers> {
  const postgres = await testPostgres();
  const opened = await Promise.all(
    names.map(async (name) => {
      const migrations = [sqlMigration("0001-events", outboxSql(name))];
      const { url, workerUrl, drop } = await postgres.createServiceDatabase(name, migrations);
      const database = openDatabase({ url, workerUrl, entities: [], writeOutbox, logger });
      return { name, database, drop };
    }),
  );
  const databases = new Map<string, Database>(opened.map((each) => [each.name, each.database]));
  const answers = { customers: new Map<string, Customer>(), pdfs: new Map<string, Buffer>() };
  const askedFor: string[] = [];
  const doors = [directoryDoor(answers.customers), invoiceDoor(answers.pdfs, askedFor)];
  const parts = opened.map(({ name, database }, index): ServiceParts => {
    const eventSource = { producer: name, database };
    const nothing = async () => {};
    return {
      ...{ name, eventSource, checks: {}, start: nothing, stop: nothing },
      doors: index === 0 ? doors : [],
    };
  });
  const { jwks } = (await testServiceKeys()).auth;
  const hosted = await hostParts({
    ...{ parts, jwks, eventFeedDoor, logger, metrics: new Registry() },
    ...{ address: "127.0.0.1:0", drainMs: 500 },
    credentials: { resolveRootKey: async () => undefined, sessionKeys: async () => ({ keys: [] }) },
  });
  const relays: { stop(): Promise<void> }[] = [];
  return {
    ...answers,
    askedFor,
    address: `127.0.0.1:${hosted.port}`,
    async tell(event) {
      const database = databases.get(event.type.split(".")[1] ?? "");
      await database?.inAccount(event.accountId, async (tx) => tx.announce(event));
    },
    relayTo(bus) {
      for (const { name: producer, database } of opened) {
        relays.push(startRelay({ database, bus, producer, logger }));
      }
    },
    async stop() {
      for (const step of hosted.stopSteps) await step.stop();
      await Promise.all(relays.map((relay) => relay.stop()));
      await Promise.all(opened.map(({ database }) => database.close()));
      await Promise.all(opened.map(({ drop }) => drop()));
    },
  };
}

function directoryDoor(customers: Map<string, Customer>): Door {
  const describeCustomers = unary(async ({ customerIds }: DescribeCustomersRequest) => {
    const known = customerIds.map((id) => customers.get(id)).filter((each) => each !== undefined);
    return DescribeCustomersResponse.fromPartial({ customers: known });
  });
  const service = DirectoryServiceService;
  return { service, implementation: { describeCustomers }, permissions: servicesOnly(service) };
}

function invoiceDoor(pdfs: Map<string, Buffer>, askedFor: string[]): Door {
  const getInvoicePdf = unary(async ({ invoiceId }: GetInvoicePdfRequest, caller) => {
    askedFor.push(caller.kind === "service" ? `${caller.service} for ${caller.accountId}` : "?");
    const data = pdfs.get(invoiceId);
    if (!data) throw new DomainError("not-found", "INVOICE_NOT_FOUND", "There is no such invoice.");
    const file = { contentType: "application/pdf", fileName: "INV/26-27/000001.pdf", data };
    return GetInvoicePdfResponse.fromPartial({ file });
  });
  const service = InvoiceServiceService;
  return { service, implementation: { getInvoicePdf }, permissions: servicesOnly(service) };
}

function servicesOnly(service: ServiceDefinition): PermissionTable {
  const rpcs = Object.values(service).map(({ path }) => path.split("/").at(-1) ?? "");
  return Object.fromEntries(rpcs.map((rpc) => [rpc, { services: true }]));
}
