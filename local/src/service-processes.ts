import { TimeServiceClient } from "@tollbook/contracts/local/v1";
import { createClient, createLogger } from "@tollbook/service";
import { processArguments } from "./config.ts";
import { environmentOf } from "./environment.ts";
import type { Backend } from "./grpc-router.ts";
import { keepRunning } from "./keep-running.ts";
import type { OneProcess } from "./one-process.ts";
import { type ServiceProcess, startServiceProcess } from "./service-process.ts";

/** Notifier and gateway only ask the others, who would not answer before they are there. */
const last = new Set(["notifier", "gateway"]);
const travelWithinMs = 10_000;

/** All services, each in a process of its own that is started again when it ends. */
export class ServiceProcesses {
  readonly #platform: OneProcess;
  readonly #backends: readonly Backend[];
  readonly #running: ServiceProcess[] = [];
  readonly #pids = new Map<string, number>();
  /** Those that are up, and so must be told of travels. */
  readonly #serving = new Set<Backend>();

  constructor(platform: OneProcess, backends: readonly Backend[]) {
    this.#platform = platform;
    this.#backends = backends;
  }

  /** Starts all of them; throws if one does not start. Then those that did must be stopped. */
  async start(): Promise<void> {
    const isLast = ({ service }: Backend) => last.has(service);
    await this.#startAll(this.#backends.filter((backend) => !isLast(backend)));
    await this.#startAll(this.#backends.filter(isLast));
  }

  /** The process id of a service as it runs now. */
  pidOf(service: string): number | undefined {
    return this.#pids.get(service);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#running.map((service) => service.stop()));
  }

  /** Moves business time in this process, which keeps it for the next start, and in all others. */
  async travel(time: Date): Promise<void> {
    this.#platform.clock.travelTo(time);
    // One that is away just now hears of it when it is up again.
    await Promise.all([...this.#serving].map((backend) => travelTo(backend, time)));
  }

  async #startAll(backends: readonly Backend[]): Promise<void> {
    const { say } = this.#platform;
    const starts = await Promise.allSettled(
      backends.map((backend) => keepRunning(backend.service, () => this.#startOne(backend), say)),
    );
    for (const start of starts) if (start.status === "fulfilled") this.#running.push(start.value);
    for (const start of starts) if (start.status === "rejected") throw start.reason;
  }

  async #startOne(backend: Backend): Promise<ServiceProcess> {
    const { clock } = this.#platform;
    const { offsetMs } = clock;
    const process = await startServiceProcess({ ...backend, env: this.#environmentOf(backend) });
    this.#serving.add(backend);
    this.#pids.set(backend.service, process.pid);
    void process.ended.then(() => this.#serving.delete(backend));
    // Time travelled while it was on its way.
    if (clock.offsetMs !== offsetMs) await travelTo(backend, clock.now());
    return process;
  }

  #environmentOf({ service, port, healthPort }: Backend): Record<string, string | undefined> {
    const { config, secrets, addresses, clock } = this.#platform;
    const others = this.#backends.map((other) => [addressName(other), at(other.port)]);
    return {
      PATH: processArguments().env.PATH,
      ...environmentOf(service, config, secrets, addresses),
      ...Object.fromEntries(others),
      TOLLBOOK_LISTEN: at(port),
      TOLLBOOK_METRICS_LISTEN: at(healthPort),
      // A service takes an offset only where time may be moved; its own port is told to nobody.
      TOLLBOOK_TIME_CONTROL: String(config.timeControl || clock.offsetMs !== 0),
      TOLLBOOK_TIME_OFFSET_MS: String(clock.offsetMs),
      TOLLBOOK_LOG_PRETTY: "true",
    };
  }
}

async function travelTo({ port }: Backend, time: Date): Promise<void> {
  const logger = createLogger({ service: "tollbook", level: "silent" });
  const address = at(port);
  const client = createClient(TimeServiceClient, { address, deadlineMs: travelWithinMs, logger });
  try {
    await client.travel({ time });
  } finally {
    client.close();
  }
}

function addressName({ service }: Backend): string {
  return `TOLLBOOK_${service.toUpperCase()}_ADDRESS`;
}

function at(port: number): string {
  return `127.0.0.1:${port}`;
}
