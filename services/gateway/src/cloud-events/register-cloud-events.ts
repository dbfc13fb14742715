import type { JsonValue } from "@bufbuild/protobuf";
import { newId } from "@tollbook/domain";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ApiRoute } from "../contract/api-route.ts";
import { type ApiNeeds, decodeAnswer, encodeJson } from "../serve/api-handler.ts";
import { upstreamCall } from "../serve/caller.ts";
import { addJsonParser } from "../serve/json-body.ts";
import { refuseOtherMethods, sayApiHeaders } from "../serve/register-api.ts";
import type { ReceiptJson } from "./answer-receipt.ts";
import { BATCH, readSent, SINGLE } from "./read-body.ts";
import { recordEvents, type SendUsage } from "./record-events.ts";

/** Where CloudEvents are taken in. */
const PATH = "/v1/events";

/**
 * The door for CloudEvents 1.0: each becomes one event of a RecordUsage, under its source and id.
 * 204 if all are counted, now or before.
 */
export function registerCloudEvents(
  app: FastifyInstance,
  routes: readonly ApiRoute[],
  needs: ApiNeeds,
): void {
  const sender = senderOf(routes, needs);
  const handler = async (request: FastifyRequest, reply: FastifyReply) => {
    const sent = readSent(request.headers, request.body as JsonValue | undefined);
    await recordEvents(sent, needs.clock.now(), sender(request, reply));
    return reply.code(204).send();
  };
  const onRequest = async (_request: FastifyRequest, reply: FastifyReply) => {
    sayApiHeaders(reply, needs.clock);
  };
  // A scope of its own: elsewhere these media types are not read.
  app.register(async (scope) => {
    for (const mediaType of [SINGLE, BATCH]) addJsonParser(scope, mediaType);
    scope.route({ method: "POST", url: PATH, onRequest, handler });
    refuseOtherMethods(scope, PATH, ["POST"]);
  });
}

/** Ids of the events tell repeats, so each request is a batch of its own. */
function senderOf(routes: readonly ApiRoute[], { upstreams, cookies }: ApiNeeds) {
  const route = routes.find(({ method }) => method.name === "RecordUsage");
  if (route === undefined) throw new Error("the contract has no RecordUsage");
  const recorderId = newId();
  return (request: FastifyRequest, reply: FastifyReply): SendUsage => {
    return async (events) => {
      const bytes = encodeJson(route, { batchId: newId(), recorderId, events: [...events] });
      const call = upstreamCall(request, reply, cookies);
      const answer = await upstreams.unary(route.method, bytes, call);
      return decodeAnswer(route, answer) as unknown as ReceiptJson;
    };
  };
}
