import type { TravellingClock } from "@tollbook/domain";
import {
  contractsImage,
  createGrpcHost,
  createLogger,
  type GrpcHost,
  Registry,
  servicesInImage,
  timeDoor,
} from "@tollbook/service";
import type { Backend } from "./grpc-router.ts";
import { isReady } from "./service-process.ts";

export interface FrontOptions {
  backends: readonly Backend[];
  /** Which backend a gRPC service belongs to; undefined for one that stands in several. */
  backendOf(grpcService: string): string | undefined;
  clock: TravellingClock;
  /** Moves the business time of every process; undefined: nobody may. */
  travel: ((time: Date) => Promise<void>) | undefined;
}

/**
 * What is one for the whole platform, however many processes it has: health of every service,
 * reflection of all contracts, and business time. Returns the host and its port.
 */
export async function startFront(options: FrontOptions): Promise<{ host: GrpcHost; port: number }> {
  const { backends, travel } = options;
  const reflectionImage = await contractsImage();
  const services = servicesInImage(reflectionImage);
  const of = ({ service }: Backend) =>
    services.filter((name) => options.backendOf(name) === service);
  const host = createGrpcHost({
    // Whoever asks for health, the contracts or the time is asked for no credential.
    authenticator: { authenticate: async () => ({ kind: "anonymous" }), forgetRootKey: () => {} },
    logger: createLogger({ service: "tollbook", level: "silent" }),
    metrics: new Registry(),
    reflectionImage,
    alsoListed: backends.flatMap(of),
  });
  for (const backend of backends) {
    host.health.add(backend.service, of(backend), { serving: () => requireReady(backend) });
  }
  if (travel) host.add(timeDoor(options.clock, travel));
  return { host, port: await host.listen("127.0.0.1:0") };
}

async function requireReady({ service, healthPort }: Backend): Promise<void> {
  if (!(await isReady(healthPort))) throw new Error(`${service} is not ready`);
}
