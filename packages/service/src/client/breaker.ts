import { DomainError, type ErrorKind } from "@tollbook/domain";
import CircuitBreaker from "opossum";
import type { Logger } from "pino";
import { Gauge, type Registry } from "prom-client";

/** When to stop calling, and for how long. */
export interface BreakerOptions {
  /** Share of failures, in percent, that opens it. */
  errorPercentage?: number;
  /** Calls within the window before it may open; at least 20, or one bad call would do. */
  volumeThreshold?: number;
  /** The window, in milliseconds. */
  windowMs?: number;
  /** How long it stays open before one call may try. */
  openForMs?: number;
}

/** Runs calls to one service, or refuses them while most of them would fail. */
export interface Breaker {
  run<T>(call: () => Promise<T>): Promise<T>;
  close(): void;
}

const volumeThresholdMin = 20;
const defaults = { errorPercentage: 50, volumeThreshold: 20, windowMs: 10_000, openForMs: 2_000 };

/** Kinds that say something of the service's health; all others are answers like any other. */
const unhealthy: ReadonlySet<ErrorKind> = new Set(["unavailable", "internal"]);

/** Settings of a breaker, and who hears of its changes. */
export interface BreakerSurroundings {
  breaker?: BreakerOptions | false;
  logger: Logger;
  metrics?: Registry;
}

/** `name` is the service called, as logs and metrics show it. */
export function createBreaker(name: string, surroundings: BreakerSurroundings): Breaker {
  if (surroundings.breaker === false) return { run: (call) => call(), close: () => {} };
  const options = { ...defaults, ...surroundings.breaker };
  const circuit = new CircuitBreaker((call: () => Promise<unknown>) => call(), {
    timeout: false, // every call has a deadline of its own
    errorThresholdPercentage: options.errorPercentage,
    volumeThreshold: Math.max(volumeThresholdMin, options.volumeThreshold),
    rollingCountTimeout: options.windowMs,
    resetTimeout: options.openForMs,
    errorFilter: (error: unknown) => error instanceof DomainError && !unhealthy.has(error.kind),
  });
  announceState(circuit, name, surroundings);
  return {
    run: async <T>(call: () => Promise<T>) => {
      try {
        return (await circuit.fire(call)) as T;
      } catch (error) {
        throw isRefusal(error) ? open(name, options.openForMs) : error;
      }
    },
    close: () => circuit.shutdown(),
  };
}

function announceState(circuit: CircuitBreaker, name: string, to: BreakerSurroundings): void {
  const gauge = to.metrics && openGauge(to.metrics);
  gauge?.labels(name).set(0);
  circuit.on("open", () => {
    to.logger.warn({ service: name }, "breaker opened: calls fail at once for a while");
    gauge?.labels(name).set(1);
  });
  circuit.on("close", () => {
    to.logger.info({ service: name }, "breaker closed");
    gauge?.labels(name).set(0);
  });
}

const gaugeName = "tollbook_breaker_open";

/** One gauge for all breakers of a registry. */
function openGauge(registry: Registry): Gauge<"service"> {
  const found = registry.getSingleMetric(gaugeName) as Gauge<"service"> | undefined;
  if (found) return found;
  const help = "1 while calls to the service are refused without being tried.";
  return new Gauge({ name: gaugeName, help, labelNames: ["service"], registers: [registry] });
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EOPENBREAKER";
}

function open(name: string, retryAfterMs: number): DomainError {
  const sentence = "A service this call needs is failing; please try again shortly.";
  const metadata = { service: name };
  return new DomainError("unavailable", "DEPENDENCY_UNAVAILABLE", sentence, metadata, {
    retryAfterMs,
  });
}
