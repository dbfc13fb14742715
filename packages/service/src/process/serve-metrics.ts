import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Registry } from "prom-client";
import type { Health } from "../host/health.ts";

/** What is shown, and where. */
export interface MetricsServerOptions {
  /** `host:port`; port 0 picks a free one. */
  address: string;
  metrics: Registry;
  health: Health;
}

/** A running HTTP server of metrics and probes. */
export interface MetricsServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Serves `/metrics` to Prometheus, and `/healthz`: 200 when ready, 503 when not. */
export async function serveMetrics(options: MetricsServerOptions): Promise<MetricsServer> {
  const { address, metrics, health } = options;
  const server = createServer(async (request, response) => {
    if (request.url === "/metrics") {
      response.setHeader("content-type", metrics.contentType).end(await metrics.metrics());
    } else if (request.url === "/healthz") {
      response.writeHead(health.ready ? 200 : 503).end(health.ready ? "ready\n" : "not ready\n");
    } else {
      response.writeHead(404).end();
    }
  });
  const url = new URL(`http://${address}`);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(Number.parseInt(url.port || "80", 10), url.hostname, resolve);
  await promise;
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
