import type { ServiceDefinition } from "@grpc/grpc-js";
import {
  type Customer,
  type DescribeCustomersRequest,
  DescribeCustomersResponse,
  DirectoryServiceService,
} from "@tollbook/contracts/auth/v1";
import { eventFeedDoor, outboxSql, writeOutbox } from "@tollbook/events";
import {
  hostParts,
  type Logger,
  type OutgoingEvent,
  type PermissionTable,
  Registry,
  type ServiceParts,
  unary,
} from "@tollbook/service";
import { openDatabase, sqlMigration } from "@tollbook/service/storage";
import { heardByAll, testPostgres, testServiceKeys } from "@tollbook/testing";
import { type FakeMetering, fakeMetering } from "./fake-metering.ts";

/** What stands around billing: auth's directory and its outbox, and a metering. */
export interface OtherServices {
  /** host:port of all of them. */
  readonly address: string;
  readonly metering: FakeMetering;
  /** Commits an event in auth's outbox, and waits until the feed shows it. */
  tell(event: OutgoingEvent): Promise<void>;
  /** What auth's directory answers; not told by any event. */
  readonly directory: Map<string, Customer>;
  stop(): Promise<void>;
}

export async function startOtherServices(logger: Logger): Promise<OtherServices> {
  const postgres = await testPostgres();
  const migrations = [sqlMigration("0001-events", outboxSql("auth"))];
  const { url, workerUrl, drop } = await postgres.createServiceDatabase("auth", migrations);
  const database = openDatabase({ url, workerUrl, entities: [], writeOutbox, logger });
  const directory = new Map<string, Customer>();
  const metering = fakeMetering();
  const nothing = async () => {};
  const part: ServiceParts = {
    ...{ name: "auth", eventSource: { producer: "auth", database } },
    ...{ checks: {}, start: nothing, stop: nothing },
    doors: [directoryDoor(directory), ...metering.doors],
  };
  const { jwks } = (await testServiceKeys()).auth;
  const hosted = await hostParts({
    ...{ parts: [part], jwks, eventFeedDoor, logger, metrics: new Registry() },
    ...{ address: "127.0.0.1:0", drainMs: 500 },
    credentials: { resolveRootKey: async () => undefined, sessionKeys: async () => ({ keys: [] }) },
  });
  return {
    ...{ address: `127.0.0.1:${hosted.port}`, metering, directory },
    async tell(event) {
      await heardByAll(database, event.accountId, async (tx) => tx.announce(event));
    },
    async stop() {
      for (const step of hosted.stopSteps) await step.stop();
      await database.close();
      await drop();
    },
  };
}

function directoryDoor(directory: Map<string, Customer>) {
  const describeCustomers = unary(async ({ customerIds }: DescribeCustomersRequest) => {
    const known = customerIds.map((id) => directory.get(id)).filter((each) => each !== undefined);
    return DescribeCustomersResponse.fromPartial({ customers: known });
  });
  const service = DirectoryServiceService;
  return { service, implementation: { describeCustomers }, permissions: servicesOnly(service) };
}

export function servicesOnly(service: ServiceDefinition): PermissionTable {
  const rpcs = Object.values(service).map(({ path }) => path.split("/").at(-1) ?? "");
  return Object.fromEntries(rpcs.map((rpc) => [rpc, { services: true }]));
}
