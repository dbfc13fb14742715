import { Metadata } from "@grpc/grpc-js";
import type { FastifyReply, FastifyRequest } from "fastify";
import { HttpRefusal } from "../answer/http-refusal.ts";
import { requireSameOrigin } from "../session/same-origin.ts";
import type { SessionCookies } from "../session/session-cookies.ts";
import type { UpstreamCall } from "../upstream/upstreams.ts";

/**
 * What of an HTTP request goes along to a service: its credential, and that its caller is still
 * there. A header wins over the dashboard's cookie; a cookie is believed from our own pages only.
 */
export function upstreamCall(
  request: FastifyRequest,
  reply: FastifyReply,
  cookies: SessionCookies,
): UpstreamCall {
  const metadata = new Metadata();
  const authorization = request.headers.authorization ?? fromCookie(request, cookies);
  if (authorization !== undefined) metadata.set("authorization", printable(authorization));
  return { metadata, signal: untilGone(reply) };
}

function fromCookie(request: FastifyRequest, cookies: SessionCookies): string | undefined {
  const token = cookies.accessToken(request);
  if (token === undefined) return undefined;
  if (!["GET", "HEAD"].includes(request.method)) requireSameOrigin(request, cookies.publicHost);
  return `Bearer ${token}`;
}

/** Headers of gRPC are printable ASCII, and no credential of ours is longer than this. */
const credentialForm = /^[\x20-\x7e]{1,4096}$/;

function printable(authorization: string): string {
  if (credentialForm.test(authorization)) return authorization;
  throw new HttpRefusal(401, "CREDENTIAL_MALFORMED", "The Authorization header is malformed.", {
    "www-authenticate": 'Bearer realm="tollbook"',
  });
}

/** Nobody waits for an answer once the connection is closed. */
function untilGone(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once("close", () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  return gone.signal;
}
