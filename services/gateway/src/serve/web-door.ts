import fastifyCookie from "@fastify/cookie";
import type { Clock } from "@tollbook/domain";
import type { Logger, Platform } from "@tollbook/service";
import fastify, { type FastifyInstance } from "fastify";
import { routeNotFound } from "../answer/http-refusal.ts";
import { sendProblem } from "../answer/send-problem.ts";
import { registerCloudEvents } from "../cloud-events/register-cloud-events.ts";
import type { GatewayConfig } from "../config.ts";
import type { ApiRoute } from "../contract/api-route.ts";
import { registerDashboard } from "../pages/dashboard.ts";
import { registerDocs } from "../pages/docs.ts";
import { registerProbes } from "../pages/probes.ts";
import { addSecurityHeaders } from "../pages/security-headers.ts";
import { sessionCookies } from "../session/session-cookies.ts";
import { registerSessionRoutes } from "../session/session-routes.ts";
import type { Upstreams } from "../upstream/upstreams.ts";
import { readJsonBodies } from "./json-body.ts";
import { answerBrokenRequest, serverOptions } from "./limits.ts";
import { observe } from "./observe.ts";
import { registerApi } from "./register-api.ts";

export interface WebDoorNeeds {
  config: GatewayConfig;
  routes: readonly ApiRoute[];
  upstreams: Upstreams;
  clock: Clock;
  logger: Logger;
  metrics: Platform["metrics"];
  version: string;
}

/** The HTTP server with everything on it, not yet listening. */
export async function createWebDoor(needs: WebDoorNeeds): Promise<FastifyInstance> {
  const { config, routes, upstreams, clock, logger, metrics, version } = needs;
  const app = fastify({
    ...serverOptions,
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (error, request, reply) => sendProblem(logger, error, request, reply),
  });
  app.setErrorHandler((error, request, reply) => sendProblem(logger, error, request, reply));
  app.setNotFoundHandler(({ method, url }) => {
    throw routeNotFound(method, url.split("?", 1)[0] ?? url);
  });
  observe(app, logger, metrics);
  await addSecurityHeaders(app, config.publicUrl);
  await app.register(fastifyCookie);
  readJsonBodies(app);
  const cookies = sessionCookies(config.publicUrl);
  registerApi(app, routes, { upstreams, cookies, clock });
  registerCloudEvents(app, routes, { upstreams, cookies, clock });
  registerSessionRoutes(app, routes, { upstreams, cookies, clock });
  registerDocs(app, routes, version);
  registerProbes(app, metrics);
  await registerDashboard(app, config.dashboardFolder);
  await app.ready();
  return app;
}
