import { fromBinary, fromJson, type JsonValue, toBinary, toJson } from "@bufbuild/protobuf";
import type { Clock } from "@tollbook/domain";
import type { FastifyReply, FastifyRequest } from "fastify";
import { sendFile, sendFileStream } from "../answer/download.ts";
import type { ApiRoute } from "../contract/api-route.ts";
import type { Query } from "../request/bind-query.ts";
import { readRequest } from "../request/read-request.ts";
import { refuseKeyHash } from "../request/refuse-key-hash.ts";
import type { SessionCookies } from "../session/session-cookies.ts";
import type { Upstreams } from "../upstream/upstreams.ts";
import { upstreamCall } from "./caller.ts";

export interface ApiNeeds {
  upstreams: Upstreams;
  cookies: SessionCookies;
  /** Business time. */
  clock: Clock;
}

/** One route: JSON in, one gRPC call, JSON or a file out. */
export function apiHandler(route: ApiRoute, { upstreams, cookies }: ApiNeeds) {
  const { method, answer } = route;
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const bytes = encodeRequest(route, request);
    const call = upstreamCall(request, reply, cookies);
    if (answer === "file-stream") {
      return sendFileStream(reply, method.output, upstreams.stream(method, bytes, call));
    }
    const response = await upstreams.unary(method, bytes, call);
    if (answer === "file") return sendFile(reply, method.output, response);
    return sendJson(reply, decodeAnswer(route, response));
  };
}

/** The gate's own doors: there a key is presented, never its hash. */
const gatePackage = "tollbook.gate.v1";

export function encodeRequest(route: ApiRoute, request: FastifyRequest): Uint8Array {
  const { input, parent } = route.method;
  const values = Object.values(request.params as Record<string, string>);
  const query = request.query as Query;
  const message = readRequest(route, { pathValues: values, query, body: request.body });
  if (parent.file.proto.package === gatePackage) refuseKeyHash(input, message);
  return toBinary(input, message);
}

/** A request of our own making. */
export function encodeJson({ method }: ApiRoute, json: JsonValue): Uint8Array {
  return toBinary(method.input, fromJson(method.input, json));
}

/** Zeros and empty lists are written too: a reader sees every field there is. */
export function decodeAnswer({ method }: ApiRoute, bytes: Uint8Array): JsonValue {
  const message = fromBinary(method.output, bytes);
  return toJson(method.output, message, { alwaysEmitImplicit: true });
}

export function sendJson(reply: FastifyReply, json: JsonValue): FastifyReply {
  return reply.header("content-type", "application/json; charset=utf-8").send(JSON.stringify(json));
}
