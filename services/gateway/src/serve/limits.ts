import type { Server } from "node:http";
import type { Socket } from "node:net";
import type { FastifyHttpOptions } from "fastify";

/** What one caller may take of the web door. */
export const serverOptions = {
  /** Two numbers make one limit: RecordUsage, the largest request, is at most 1 MiB. */
  bodyLimit: 1_048_576,
  /** A request must have arrived whole by then; a slow sender holds no connection for ever. */
  requestTimeout: 30_000,
  /** Longer than the idle time of common load balancers, or they would meet closed connections. */
  keepAliveTimeout: 75_000,
  /** Enough for any credential of ours and a browser's cookies. */
  http: { maxHeaderSize: 16_384, headersTimeout: 10_000 },
  /** Ids are 36 characters, a GSTIN 15. */
  routerOptions: { maxParamLength: 200 },
  /** A stop closes what waits for nothing; what is being answered is finished. */
  forceCloseConnections: "idle",
} satisfies FastifyHttpOptions<Server>;

/** What is no HTTP at all, or too slow or too large a head, gets a problem too, and the door. */
export function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || socket.destroyed) return;
  const { status, reason, detail } = brokenRequests[error.code ?? ""] ?? malformed;
  const title = status.slice(4);
  const type = `urn:tollbook:problem:${reason}`;
  const body = JSON.stringify({ type, title, status: Number.parseInt(status, 10), detail, reason });
  const head = [
    `HTTP/1.1 ${status}`,
    "content-type: application/problem+json; charset=utf-8",
    `content-length: ${Buffer.byteLength(body)}`,
    "connection: close",
  ];
  if (socket.writable) socket.write(`${head.join("\r\n")}\r\n\r\n${body}`);
  socket.destroySoon();
}

const malformed = {
  status: "400 Bad Request",
  reason: "REQUEST_MALFORMED",
  detail: "The HTTP request is malformed.",
};

const brokenRequests: Readonly<Record<string, typeof malformed>> = {
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: "408 Request Timeout",
    reason: "REQUEST_TOO_SLOW",
    detail: "The request did not arrive in time.",
  },
  HPE_HEADER_OVERFLOW: {
    status: "431 Request Header Fields Too Large",
    reason: "HEADERS_TOO_LARGE",
    detail: "The headers are larger than 16 KiB.",
  },
};
