import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import type { Platform, ServiceParts } from "@tollbook/service";
import type { GatewayConfig } from "./config.ts";
import { readApiRoutes } from "./contract/api-route.ts";
import { readContractImage } from "./contract/image.ts";
import { close } from "./serve/close.ts";
import { listen } from "./serve/listen.ts";
import { createWebDoor } from "./serve/web-door.ts";
import { connectUpstreams } from "./upstream/upstreams.ts";

/** The gateway as a part of a process: no gRPC doors, but an HTTP server that start opens. */
export interface GatewayParts extends ServiceParts {
  /** The port in use once started; of interest when the setting was 0. */
  httpPort(): number;
}

export async function assembleGateway(
  config: GatewayConfig,
  { clock, logger, metrics }: Pick<Platform, "clock" | "logger" | "metrics">,
): Promise<GatewayParts> {
  const routes = readApiRoutes(readContractImage());
  const upstreams = connectUpstreams(routes, { config, logger, metrics });
  const version = packageVersion();
  const needs = { config, routes, upstreams, clock, logger, metrics, version };
  const app = await createWebDoor(needs);
  return {
    name: "gateway",
    doors: [],
    checks: {},
    httpPort: () => (app.server.address() as AddressInfo).port,
    start: () => listen(app, config),
    stop: async () => {
      await close(app, config.drainMs);
      upstreams.close();
    },
  };
}

function packageVersion(): string {
  const file = new URL("../package.json", import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
