import {
  type ClientHttp2Session,
  connect,
  constants,
  createServer,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from "node:http2";
import { isTimeCall, travelEverywhere } from "./travel-everywhere.ts";

/** A service's process and the port it serves gRPC on. */
export interface Backend {
  service: string;
  port: number;
}

/** Services that stand behind every address, and those whose package names another's process. */
const hostOfPackage: Readonly<Record<string, string>> = { gate: "auth" };
const fallback = "auth";
const unavailable = "14";

/**
 * One port for all services: reads the service's name from the path, as an ingress does, and hands
 * the stream on. It knows no message.
 */
export async function startGrpcRouter(
  address: string,
  backends: readonly Backend[],
  onTravel: (time: Date) => void,
): Promise<{ close(): Promise<void> }> {
  const sessions = new Map<string, ClientHttp2Session>();
  const sessionOf = (service: string): ClientHttp2Session => {
    const known = sessions.get(service);
    if (known && !known.closed && !known.destroyed) return known;
    const port = backends.find((backend) => backend.service === service)?.port;
    const session = connect(`http://127.0.0.1:${port}`);
    session.on("error", () => session.destroy());
    sessions.set(service, session);
    return session;
  };
  const server = createServer();
  server.on("stream", (stream, headers) => {
    stream.on("error", () => stream.destroy());
    if (!isTimeCall(headers)) return forward(stream, headers, sessionOf(backendOf(headers)));
    const everybody = backends.map(({ service }) => sessionOf(service));
    void travelEverywhere(stream, headers, { sessions: everybody, onTravel });
  });
  const { hostname, port } = new URL(`http://${address}`);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(Number.parseInt(port, 10), hostname, resolve);
  });
  return {
    async close() {
      for (const session of sessions.values()) session.destroy();
      server.close();
    },
  };
}

function backendOf(headers: IncomingHttpHeaders): string {
  const [, name = ""] = /^\/tollbook\.(\w+)\./.exec(headers[":path"] ?? "") ?? [];
  if (name === "") return fallback;
  return hostOfPackage[name] ?? name;
}

/** Streams one call through; a backend that is away is UNAVAILABLE, which clients try again. */
export function forward(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  session: ClientHttp2Session,
): void {
  const call = session.request(endToEnd(headers), { endStream: false });
  let trailers: IncomingHttpHeaders = {};
  call.on("response", (answer, flags) => {
    if (stream.destroyed) return;
    const ended = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
    stream.respond(answer, { endStream: ended, waitForTrailers: !ended });
  });
  call.on("trailers", (last) => {
    trailers = last;
  });
  stream.on("wantTrailers", () => stream.sendTrailers(trailers));
  call.on("error", () => refuse(stream));
  stream.on("close", () => call.close());
  stream.pipe(call);
  call.pipe(stream);
}

function refuse(stream: ServerHttp2Stream): void {
  if (stream.destroyed) return;
  if (stream.headersSent) {
    stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    return;
  }
  const message = "this%20service%20is%20starting%20or%20stopping";
  stream.respond(
    {
      ":status": 200,
      "content-type": "application/grpc",
      "grpc-status": unavailable,
      "grpc-message": message,
    },
    { endStream: true },
  );
}

/** Without what belongs to one connection only. */
function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const { connection: _, "keep-alive": __, ...rest } = headers;
  return rest;
}
