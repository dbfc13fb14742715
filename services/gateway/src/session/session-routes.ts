import type { JsonValue } from "@bufbuild/protobuf";
import { Metadata } from "@grpc/grpc-js";
import { DomainError } from "@tollbook/domain";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ApiRoute } from "../contract/api-route.ts";
import {
  type ApiNeeds,
  decodeAnswer,
  encodeJson,
  encodeRequest,
  sendJson,
} from "../serve/api-handler.ts";
import { upstreamCall } from "../serve/caller.ts";
import { refuseOtherMethods } from "../serve/register-api.ts";
import { requireSameOrigin } from "./same-origin.ts";
import { type Session, sessionPath } from "./session-cookies.ts";

/**
 * Sign-in for the dashboard. The session's tokens stay in cookies no script can read; the answers
 * hold everything else. Only our own pages may call these.
 */
export function registerSessionRoutes(
  app: FastifyInstance,
  routes: readonly ApiRoute[],
  needs: ApiNeeds,
): void {
  const rpc = (name: string): ApiRoute => {
    const route = routes.find(({ method }) => method.name === name);
    if (route === undefined) throw new Error(`the contract has no ${name}`);
    return route;
  };
  const handlers = {
    "sign-in": opening(rpc("SignIn"), needs),
    "sign-up": opening(rpc("SignUp"), needs),
    refresh: refreshing(rpc("RefreshSession"), needs),
    "sign-out": closing(rpc("SignOut"), needs),
  };
  for (const [name, handler] of Object.entries(handlers)) {
    const url = `${sessionPath}/${name}`;
    const onRequest = async (request: FastifyRequest, reply: FastifyReply) => {
      reply.header("cache-control", "no-store");
      requireSameOrigin(request, needs.cookies.publicHost);
    };
    app.route({ method: "POST", url, onRequest, handler });
    refuseOtherMethods(app, url, ["POST"]);
  }
}

type Answer = { session: Session } & { [field: string]: JsonValue | Session };

/** Sign-in and sign-up: the RPC as it is, but its session becomes cookies. */
function opening(route: ApiRoute, needs: ApiNeeds) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const call = { metadata: new Metadata(), signal: AbortSignal.timeout(openingMaxMs) };
    const bytes = await needs.upstreams.unary(route.method, encodeRequest(route, request), call);
    const { session, ...rest } = decodeAnswer(route, bytes) as Answer;
    needs.cookies.set(reply, session);
    return sendJson(reply, rest as JsonValue);
  };
}

/** Not bound to the connection: a session opened for nobody would be lost with its cookies. */
const openingMaxMs = 60_000;

function refreshing(route: ApiRoute, needs: ApiNeeds) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const refreshToken = needs.cookies.refreshToken(request);
    if (refreshToken === undefined) throw sessionMissing();
    const call = { metadata: new Metadata(), signal: AbortSignal.timeout(openingMaxMs) };
    try {
      const bytes = await needs.upstreams.unary(
        route.method,
        encodeJson(route, { refreshToken }),
        call,
      );
      needs.cookies.set(reply, (decodeAnswer(route, bytes) as Answer).session);
    } catch (error) {
      const ended = error instanceof DomainError && error.kind === "unauthenticated";
      if (ended) needs.cookies.clear(reply);
      throw error;
    }
    return reply.code(204).send();
  };
}

/** The cookies go in any case; if auth could not be told, the answer says so. */
function closing(route: ApiRoute, needs: ApiNeeds) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const refreshToken = needs.cookies.refreshToken(request);
    const call = upstreamCall(request, reply, needs.cookies);
    needs.cookies.clear(reply);
    if (refreshToken !== undefined) {
      await needs.upstreams.unary(route.method, encodeJson(route, { refreshToken }), call);
    }
    return reply.code(204).send();
  };
}

const sessionMissing = () =>
  new DomainError("unauthenticated", "SESSION_MISSING", "Nobody is signed in here.");
