import { status } from "@grpc/grpc-js";
import { Gauge, Histogram, type Registry } from "prom-client";

/** Rate, errors and duration of every RPC, and how many are being served. */
export interface RpcMetrics {
  started(rpc: string): void;
  ended(rpc: string, code: status, seconds: number): void;
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
  const inFlight = new Gauge({
    name: "tollbook_rpcs_in_flight",
    help: "Calls and streams being served.",
    labelNames: ["rpc"],
    registers: [registry],
  });
  // Bound once per pair: labels are hashed on each call otherwise.
  const durations = new Map<string, Histogram.Internal<"rpc" | "code">>();
  const gauges = new Map<string, Gauge.Internal<"rpc">>();
  const durationOf = (rpc: string, code: status) =>
    remembered(durations, `${rpc} ${code}`, () => duration.labels(rpc, status[code]));
  const gaugeOf = (rpc: string) => remembered(gauges, rpc, () => inFlight.labels(rpc));
  return {
    started: (rpc) => gaugeOf(rpc).inc(),
    ended: (rpc, code, seconds) => {
      gaugeOf(rpc).dec();
      durationOf(rpc, code).observe(seconds);
    },
  };
}

function remembered<V>(map: Map<string, V>, key: string, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}
