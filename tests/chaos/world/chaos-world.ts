import { openSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import {
  type Addresses,
  type GrpcRouter,
  loadSecrets,
  prepareDatabases,
  type Secrets,
  type ServiceProcess,
  startGrpcRouter,
  startServiceProcess,
} from "@tollbook/local";
import {
  findNatsServer,
  freePort,
  type Nats,
  type Postgres,
  startNats,
  startPostgres,
  stateFolder,
  throwawayFolder,
} from "@tollbook/local/parts";
import { checkout, handedOn } from "@tollbook/testing";
import { KeptServer } from "./kept-server.ts";
import { environmentAt, type Place } from "./service-settings.ts";
import { TcpProxy } from "./tcp-proxy.ts";

/** Two metering processes: what one has begun, the other must be able to finish. */
const processes = ["auth", "billing", "metering", "metering"] as const;

/** Real servers and services, each a process of its own, that faults may do anything to. */
export interface ChaosWorld {
  readonly folder: string;
  readonly postgres: KeptServer<Postgres>;
  readonly nats: KeptServer<Nats>;
  readonly services: readonly KeptServer<ServiceProcess>[];
  /** Stands before the one gRPC port, as a network does. */
  readonly proxy: TcpProxy;
  /** host:port of gRPC through the proxy. */
  readonly grpc: string;
  /** The superuser's URL of a service's database. */
  superUrl(service: string): string;
  stop(): Promise<void>;
}

/** Starts all of it; what was started is stopped again if something fails. */
export async function startChaosWorld(): Promise<ChaosWorld> {
  const { path: folder, remove } = throwawayFolder();
  const closing: (() => Promise<void>)[] = [async () => remove()];
  const stop = async () => {
    for (const close of closing.reverse()) await close();
  };
  try {
    const [postgres, nats] = await Promise.all([keepPostgres(folder), keepNats(folder)]);
    closing.push(
      () => postgres.close(),
      () => nats.close(),
    );
    const { adminUrl } = postgres.running;
    const secrets = await loadSecrets(folder);
    const databases = await prepareDatabases(adminUrl, secrets);
    const places = await Promise.all(processes.map(freePlace));
    const routerPort = await freePort();
    const addresses: Addresses = {
      ...{ databases, grpc: `127.0.0.1:${routerPort}`, nats: nats.running.url },
      http: { host: "127.0.0.1", port: 1 }, // no web door here
      smtp: "smtp://127.0.0.1:1",
    };
    const router = await startGrpcRouter(addresses.grpc, routes(places));
    closing.push(() => closeRouter(router));
    const services = places.map((place, at) => {
      return keepService(folder, `${place.service} ${at}`, place, places, secrets, addresses);
    });
    closing.push(async () => void (await Promise.all(services.map((one) => one.close()))));
    await Promise.all(services.map((one) => one.begin()));
    const proxy = new TcpProxy(routerPort);
    const grpc = `127.0.0.1:${await proxy.listen()}`;
    closing.push(() => proxy.close());
    const superUrl = (service: string) => onDatabase(adminUrl, `tollbook_${service}`);
    return { folder, postgres, nats, services, proxy, grpc, superUrl, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The processes of one service. */
export function processesOf(world: ChaosWorld, service: string): KeptServer<ServiceProcess>[] {
  return world.services.filter(({ name }) => name.startsWith(service));
}

async function keepPostgres(folder: string): Promise<KeptServer<Postgres>> {
  const [dataFolder, port] = [join(folder, "postgres"), await freePort()];
  return new KeptServer("postgres", () => startPostgres({ dataFolder, port })).begin();
}

async function keepNats(folder: string): Promise<KeptServer<Nats>> {
  const cacheFolder = join(stateFolder(checkout), "cache");
  const binary = await findNatsServer({ cacheFolder, configuredPath: handedOn().natsServer });
  const [storeFolder, port] = [natsFolder(folder), await freePort()];
  const start = () => startNats({ binary, storeFolder, port });
  // Nothing that is owed lies there: a store that cannot be read is thrown away.
  const startAnyhow = () => start().catch(() => wipeNats(folder).then(start));
  return new KeptServer("nats", startAnyhow).begin();
}

/** Removes what JetStream has stored; the server must be down. */
export async function wipeNats(folder: string): Promise<void> {
  await rm(join(natsFolder(folder), "jetstream"), { recursive: true, force: true });
}

/** Where JetStream of a world keeps its files, and its log. */
export function natsFolder(folder: string): string {
  return join(folder, "nats");
}

async function freePlace(service: string): Promise<Place> {
  return { service, port: await freePort(), healthPort: await freePort() };
}

function keepService(
  folder: string,
  name: string,
  place: Place,
  places: readonly Place[],
  secrets: Secrets,
  addresses: Addresses,
): KeptServer<ServiceProcess> {
  const alone = places.filter(({ service }) => service !== "metering");
  const env = environmentAt(place, secrets, addresses, alone);
  const log = openSync(join(folder, `${name.replace(" ", "-")}.log`), "a");
  return new KeptServer(name, () => startServiceProcess({ ...place, env, log }));
}

const serviceOf: Readonly<Record<string, string>> = {
  gate: "auth",
  // Every process has this one; services that are asked for news of metering ask here.
  events: "metering",
};

/** By the service's name, as an ingress does; calls go to the processes of a service in turn. */
function routes(places: readonly Place[]): (grpcService: string) => number {
  let turn = 0;
  return (grpcService) => {
    const [, name = ""] = /^tollbook\.(\w+)\./.exec(grpcService) ?? [];
    const service = serviceOf[name] ?? name;
    const ports = places.filter((place) => place.service === service).map(({ port }) => port);
    turn += 1;
    return ports[turn % ports.length] ?? 1;
  };
}

async function closeRouter(router: GrpcRouter): Promise<void> {
  await router.close();
  await router.destroy();
}

function onDatabase(adminUrl: string, name: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return url.href;
}
