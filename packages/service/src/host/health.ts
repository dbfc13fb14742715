import type { Server } from "@grpc/grpc-js";
import { HealthImplementation } from "grpc-health-check";
import type { Logger } from "pino";

/** A readiness check: throws when its dependency cannot be used. */
export type Check = () => Promise<void>;

/** Why a part is not ready: the name of each failing check and what it said. */
export type HealthReport = Record<string, { ready: boolean; faults: Record<string, string> }>;

/** What grpc.health.v1 answers, driven by the parts' readiness checks. */
export interface Health {
  /** Checks of one part; `services` are the gRPC services that are ready when all of them pass. */
  add(part: string, services: readonly string[], checks: Readonly<Record<string, Check>>): void;
  /** Runs every check now; none any more once a drain has begun. */
  report(): Promise<HealthReport>;
  /** True when every part was ready at the last look and no drain has begun. */
  readonly ready: boolean;
}

/** Kubernetes and load balancers look every few seconds; so do we. */
const lookEveryMs = 3_000;
/** A check that takes longer says no. */
const checkWithinMs = 2_000;

interface Part {
  services: readonly string[];
  checks: Readonly<Record<string, Check>>;
}

/** The host's own Health: looks at the checks every three seconds. */
export class CheckedHealth implements Health {
  readonly #parts = new Map<string, Part>();
  readonly #grpc = new HealthImplementation({ "": "NOT_SERVING" });
  readonly #logger: Logger;
  #timer: NodeJS.Timeout | undefined;
  #draining = false;
  #ready = false;
  #looked = false;
  readonly #reports = new Set<Promise<HealthReport>>();

  constructor(logger: Logger, server: Server) {
    this.#logger = logger;
    this.#grpc.addToServer(server as Parameters<HealthImplementation["addToServer"]>[0]);
  }

  get ready(): boolean {
    return this.#ready && !this.#draining;
  }

  add(part: string, services: readonly string[], checks: Part["checks"]): void {
    this.#parts.set(part, { services, checks });
    for (const service of services) this.#grpc.setStatus(service, "NOT_SERVING");
  }

  async start(): Promise<void> {
    await this.report();
    this.#timer = setInterval(() => void this.report(), lookEveryMs).unref();
  }

  async report(): Promise<HealthReport> {
    const running = this.#look();
    this.#reports.add(running);
    try {
      return await running;
    } finally {
      this.#reports.delete(running);
    }
  }

  async #look(): Promise<HealthReport> {
    const report: HealthReport = {};
    for (const [name, { services, checks }] of this.#parts) {
      if (this.#draining) break;
      const faults = await faultsOf(checks);
      const ready = Object.keys(faults).length === 0;
      report[name] = { ready, faults };
      if (this.#draining) continue;
      for (const service of services) this.#grpc.setStatus(service, servingStatus(ready));
    }
    this.#decide(report);
    return report;
  }

  /**
   * From now on nothing is ready, whatever the checks say. Returns when no check runs any more:
   * what they look at may be closed then.
   */
  async drain(): Promise<void> {
    this.#draining = true;
    clearInterval(this.#timer);
    const services = [...this.#parts.values()].flatMap((part) => part.services);
    for (const service of ["", ...services]) this.#grpc.setStatus(service, "NOT_SERVING");
    await Promise.allSettled(this.#reports);
  }

  #decide(report: HealthReport): void {
    if (this.#draining) return;
    const ready = Object.values(report).every((part) => part.ready);
    if (ready && !this.#ready) this.#logger.info("ready");
    // Also at the first look: a service that starts without what it needs says so.
    if (!ready && (this.#ready || !this.#looked)) {
      this.#logger.warn({ faults: faultsIn(report) }, "not ready; looked at again every 3 s");
    }
    this.#looked = true;
    this.#ready = ready;
    this.#grpc.setStatus("", servingStatus(ready));
  }
}

/** `{ "auth postgresql": "The database cannot be reached …" }`: just what is wrong. */
function faultsIn(report: HealthReport): Record<string, string> {
  const faults = Object.entries(report).flatMap(([part, { faults }]) =>
    Object.entries(faults).map(([check, said]) => [`${part} ${check}`, said]),
  );
  return Object.fromEntries(faults);
}

function servingStatus(ready: boolean): "SERVING" | "NOT_SERVING" {
  return ready ? "SERVING" : "NOT_SERVING";
}

async function faultsOf(checks: Part["checks"]): Promise<Record<string, string>> {
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => [name, await faultOf(check)] as const),
  );
  return Object.fromEntries(results.filter((entry): entry is [string, string] => entry[1] !== ""));
}

/** What a check complains of, or "". */
async function faultOf(check: Check): Promise<string> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error("no answer in time")), checkWithinMs);
  try {
    await Promise.race([check(), late]);
    return "";
  } catch (error) {
    return error instanceof Error && error.message !== "" ? error.message : String(error);
  } finally {
    clearTimeout(timer);
  }
}
