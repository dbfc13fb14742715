import { inTrace, type Logger, type Platform } from "@tollbook/service";
import type { FastifyInstance } from "fastify";
import { Histogram } from "prom-client";

type Registry = Platform["metrics"];

/** Gives every request a trace, a line in the log and its place in the metrics. */
export function observe(app: FastifyInstance, logger: Logger, registry: Registry): void {
  const seconds = requestSeconds(registry);
  app.addHook("onRequest", (request, _reply, done) => {
    const { traceparent } = request.headers;
    inTrace(typeof traceparent === "string" ? traceparent : undefined, done);
  });
  app.addHook("onResponse", async (request, reply) => {
    const route = request.routeOptions.url ?? "none";
    const { method } = request;
    const status = String(reply.statusCode);
    seconds.labels(method, route, status).observe(reply.elapsedTime / 1_000);
    const ms = Math.round(reply.elapsedTime);
    logger.debug({ method, route, status: reply.statusCode, ms }, "answered");
  });
}

const metricName = "tollbook_http_request_seconds";

/** From a warm answer to the longest a service may take. */
const buckets = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15];

function requestSeconds(registry: Registry): Histogram<"method" | "route" | "status"> {
  const found = registry.getSingleMetric(metricName);
  if (found) return found as Histogram<"method" | "route" | "status">;
  return new Histogram({
    name: metricName,
    help: "Time from a request's arrival to the end of its answer, by route.",
    labelNames: ["method", "route", "status"] as const,
    buckets,
    registers: [registry],
  });
}
