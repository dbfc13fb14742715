import type { IncomingMessage, ServerResponse } from "node:http";
import type { CallOutcome } from "@tollbook/gate";

/** As nginx has it: the caller went away before there was an answer. */
const CLIENT_CLOSED_REQUEST = 499;

/**
 * Tells once what became of a call: when its response is out, or its caller is gone. Bytes are
 * those of the bodies, without headers; a request body of unannounced length counts as none.
 */
export function settleAtEnd(
  request: IncomingMessage,
  response: ServerResponse,
  settle: (outcome: CallOutcome) => void,
): void {
  const startedAt = performance.now();
  const body = countBody(response);
  let settled = false;
  const end = () => {
    if (settled) return;
    settled = true;
    const { headersSent, statusCode } = response;
    const answered = headersSent || response.writableEnded;
    const isBodiless = request.method === "HEAD" || statusCode === 204 || statusCode === 304;
    settle({
      status: answered ? statusCode : CLIENT_CLOSED_REQUEST,
      latencyMs: performance.now() - startedAt,
      requestBytes: announcedBytes(request),
      responseBytes: answered && !isBodiless ? body.bytes : 0,
    });
  };
  response.on("finish", end);
  response.on("close", end);
  if (response.destroyed) end();
}

function announcedBytes({ headers }: IncomingMessage): number {
  const length = headers["content-length"];
  const bytes = length === undefined ? 0 : Number(length);
  return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : 0;
}

type Chunk = Parameters<ServerResponse["write"]>;

/** Sees every piece of the body on its way out; `end` of Node's own does not go through `write`. */
function countBody(response: ServerResponse): { bytes: number } {
  const body = { bytes: 0 };
  const { write, end } = response;
  response.write = function counted(...given: unknown[]) {
    body.bytes += sizeOf(given[0], given[1]);
    return write.apply(this, given as Chunk);
  };
  response.end = function counted(...given: unknown[]) {
    body.bytes += sizeOf(given[0], given[1]);
    return end.apply(this, given as never);
  };
  return body;
}

function sizeOf(chunk: unknown, encoding: unknown): number {
  if (typeof chunk === "string") {
    return Buffer.byteLength(chunk, typeof encoding === "string" ? (encoding as "utf8") : "utf8");
  }
  return ArrayBuffer.isView(chunk) ? chunk.byteLength : 0;
}
