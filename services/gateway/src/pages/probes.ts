import type { Platform } from "@tollbook/service";
import type { FastifyInstance } from "fastify";

/** /healthz says that the door itself is open; /metrics is for Prometheus. */
export function registerProbes(app: FastifyInstance, metrics: Platform["metrics"]): void {
  app.get("/healthz", (_request, reply) => reply.send({ status: "ok" }));
  app.get("/metrics", async (_request, reply) =>
    reply.header("content-type", metrics.contentType).send(await metrics.metrics()),
  );
}
