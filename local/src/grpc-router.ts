import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  createServer,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";

/** A service's process, the port it serves gRPC on, and the one of its /healthz. */
export interface Backend {
  service: string;
  port: number;
  healthPort: number;
}

export interface GrpcRouter {
  /** Takes no new calls; those under way go on. */
  close(): Promise<void>;
  /** Ends every connection. */
  destroy(): Promise<void>;
}

const unavailable = "14";

/**
 * One port for all services: reads the service's name from the path, as an ingress does, and hands
 * the stream on to the port that `portOf` names. It knows no message.
 */
export async function startGrpcRouter(
  address: string,
  portOf: (grpcService: string) => number,
): Promise<GrpcRouter> {
  const sessionOf = backendSessions();
  const callers = new Set<ServerHttp2Session>();
  const server = createServer();
  server.on("session", (session) => {
    callers.add(session);
    session.on("error", () => session.destroy());
    session.once("close", () => callers.delete(session));
  });
  server.on("stream", (stream, headers) => {
    const [, grpcService = ""] = (headers[":path"] ?? "").split("/");
    forward(stream, headers, sessionOf(portOf(grpcService)));
  });
  const { hostname, port } = new URL(`http://${address}`);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(Number.parseInt(port, 10), hostname, resolve);
  });
  return {
    close: async () => {
      server.close();
      for (const session of callers) session.close();
    },
    destroy: async () => {
      for (const session of callers) session.destroy();
      sessionOf.destroy();
    },
  };
}

/** One connection to each backend, made again when it is lost. */
function backendSessions() {
  const sessions = new Map<number, ClientHttp2Session>();
  const sessionOf = (port: number): ClientHttp2Session => {
    const known = sessions.get(port);
    if (known && !known.closed && !known.destroyed) return known;
    const session = connect(`http://127.0.0.1:${port}`);
    session.on("error", () => session.destroy());
    sessions.set(port, session);
    return session;
  };
  const destroy = () => {
    for (const session of sessions.values()) session.destroy();
  };
  return Object.assign(sessionOf, { destroy });
}

/** Streams one call through; a backend that is away is UNAVAILABLE, which clients try again. */
function forward(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  session: ClientHttp2Session,
): void {
  const call = session.request(endToEnd(headers), { endStream: false });
  let trailers: IncomingHttpHeaders | undefined;
  call.on("response", (answer, flags) => {
    if (stream.destroyed) return;
    const ended = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
    if (ended) trailers = {};
    stream.respond(answer, { endStream: ended, waitForTrailers: !ended });
  });
  call.on("trailers", (last) => {
    trailers = last;
  });
  stream.on("wantTrailers", () => stream.sendTrailers(trailers ?? lostTrailers));
  stream.on("error", () => stream.destroy());
  call.on("error", () => call.destroy());
  // Also when its process was killed: then there is neither an error nor an end.
  call.on("close", () => {
    if (!stream.headersSent) refuse(stream);
    else if (trailers === undefined) stream.end();
  });
  stream.on("close", () => hangUp(call));
  stream.pipe(call);
  call.pipe(stream);
}

const lostTrailers = {
  "grpc-status": unavailable,
  "grpc-message": "the%20service%20ended%20during%20the%20call",
};

function refuse(stream: ServerHttp2Stream): void {
  if (stream.destroyed) return;
  const answer = {
    ":status": 200,
    "content-type": "application/grpc",
    "grpc-status": unavailable,
    "grpc-message": "this%20service%20is%20starting%20or%20stopping",
  };
  stream.respond(answer, { endStream: true });
}

/** A caller that went away cancels the call; after its end this does nothing. */
function hangUp(call: ClientHttp2Stream): void {
  if (!call.destroyed) call.close(constants.NGHTTP2_CANCEL);
}

/** Without what belongs to one connection only. */
function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const { connection: _, "keep-alive": __, ...rest } = headers;
  return rest;
}
