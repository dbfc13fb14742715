import { status } from "@grpc/grpc-js";
import { Gauge, Histogram, type Registry } from "prom-client";

/** Rate, errors and duration of the RPCs of a host. */
export interface RpcMetrics {
  /** The meter of one RPC; the same each time. */
  meterOf(rpc: string): RpcMeter;
}

/** What is measured of one RPC. */
export interface RpcMeter {
  started(): void;
  ended(code: status, seconds: number): void;
}

/** From a warm unary call (0.3 ms) to the longest deadline. */
const buckets = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
];

/** Registers `tollbook_rpc_duration_seconds{rpc,code}` and `tollbook_rpcs_in_flight{rpc}`. */
export function rpcMetrics(registry: Registry): RpcMetrics {
  const duration = new Histogram({
    name: "tollbook_rpc_duration_seconds",
    help: "Time from a call's arrival to its status; its count is the rate, its code the errors.",
    labelNames: ["rpc", "code"],
    buckets,
    registers: [registry],
  });
  const meters = new Map<string, CountingMeter>();
  new Gauge({
    name: "tollbook_rpcs_in_flight",
    help: "Calls and streams being served.",
    labelNames: ["rpc"],
    registers: [registry],
    // Read when asked for: counting a call must cost next to nothing.
    collect() {
      for (const [rpc, meter] of meters) this.labels(rpc).set(meter.inFlight);
    },
  });
  return {
    meterOf: (rpc) => {
      const meter = meters.get(rpc) ?? new CountingMeter(duration, rpc);
      meters.set(rpc, meter);
      return meter;
    },
  };
}

type Labelled = Histogram.Internal<"rpc" | "code">;

class CountingMeter implements RpcMeter {
  inFlight = 0;
  readonly #duration: Histogram<"rpc" | "code">;
  readonly #rpc: string;
  /** Bound once per code: labels are hashed on each call otherwise. */
  readonly #byCode: (Labelled | undefined)[] = [];

  constructor(duration: Histogram<"rpc" | "code">, rpc: string) {
    this.#duration = duration;
    this.#rpc = rpc;
  }

  started(): void {
    this.inFlight += 1;
  }

  ended(code: status, seconds: number): void {
    this.inFlight -= 1;
    this.#byCode[code] ??= this.#duration.labels(this.#rpc, status[code]);
    this.#byCode[code].observe(seconds);
  }
}
