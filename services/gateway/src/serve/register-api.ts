import type { Clock } from "@tollbook/domain";
import type { FastifyInstance, FastifyReply } from "fastify";
import { methodNotAllowed } from "../answer/http-refusal.ts";
import type { ApiRoute } from "../contract/api-route.ts";
import { type ApiNeeds, apiHandler } from "./api-handler.ts";

/** Business time, for pages that show "today": where it travels, no caller's clock knows it. */
const businessTimeHeader = "tollbook-time";

/** Registers every route of the contract, and a 405 for the other methods of its path. */
export function registerApi(
  app: FastifyInstance,
  routes: readonly ApiRoute[],
  needs: ApiNeeds,
): void {
  for (const route of routes) {
    const { verb, path } = route;
    app.route({
      method: verb,
      url: path.routerPath,
      onRequest: async (_request, reply) => sayApiHeaders(reply, needs.clock),
      handler: apiHandler(route, needs),
    });
  }
  for (const [url, verbs] of verbsByPath(routes)) refuseOtherMethods(app, url, verbs);
}

/** What every answer of the API says. */
export function sayApiHeaders(reply: FastifyReply, clock: Clock): void {
  reply.header("cache-control", "no-store");
  reply.header(businessTimeHeader, clock.now().toISOString());
}

const knownMethods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;

/** HEAD comes with GET: the server answers it with GET's headers alone. */
export function refuseOtherMethods(
  app: FastifyInstance,
  url: string,
  verbs: readonly string[],
): void {
  const offered = verbs.includes("GET") ? [...verbs, "HEAD"] : [...verbs];
  const others = knownMethods.filter((method) => !offered.includes(method));
  const refuse = async ({ method }: { method: string }) => {
    throw methodNotAllowed(method, offered.sort());
  };
  // Refused before a body is read: what is wrong with it does not matter here.
  app.route({ method: others, url, onRequest: refuse, handler: refuse });
}

function verbsByPath(routes: readonly ApiRoute[]): Map<string, string[]> {
  const paths = new Map<string, string[]>();
  for (const { verb, path } of routes) {
    paths.set(path.routerPath, [...(paths.get(path.routerPath) ?? []), verb]);
  }
  return paths;
}
