import http2 from "node:http2";
import net from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** What an answer may take. */
const ANSWER_MS = 10_000;
const quietly = { ref: false };

/** What one frame was answered with: a gRPC status, or how the connection ended. */
export type Outcome = string;

/** Sends gRPC messages as bytes, however bent, over a connection that it opens again when it must. */
export class FrameSender {
  readonly #port: number;
  readonly #credential: string;
  #session: http2.ClientHttp2Session | undefined;

  constructor(port: number, credential: string) {
    this.#port = port;
    this.#credential = credential;
  }

  /** Sends the bytes as the whole body of a call. */
  send(path: string, body: Buffer, headers: http2.OutgoingHttpHeaders = {}): Promise<Outcome> {
    const session = this.#open();
    return new Promise((resolve) => {
      const stream = session.request({
        ...{ ":method": "POST", ":path": path, "content-type": "application/grpc", te: "trailers" },
        authorization: `Bearer ${this.#credential}`,
        ...headers,
      });
      const timer = setTimeout(() => {
        resolve("no answer");
        stream.close(http2.constants.NGHTTP2_CANCEL);
      }, ANSWER_MS);
      const note = (answer: http2.IncomingHttpHeaders) => {
        const status = answer["grpc-status"];
        if (status !== undefined) resolve(`status ${String(status)}`);
      };
      stream.on("response", note).on("trailers", note);
      stream.on("error", () => resolve("reset"));
      stream.on("close", () => {
        clearTimeout(timer);
        resolve("closed");
      });
      stream.resume();
      stream.end(body);
    });
  }

  close(): void {
    this.#session?.destroy();
  }

  #open(): http2.ClientHttp2Session {
    const there = this.#session;
    if (there !== undefined && !there.destroyed && !there.closed) return there;
    const session = http2.connect(`http://127.0.0.1:${this.#port}`);
    session.on("error", () => session.destroy());
    session.on("goaway", () => session.destroy());
    this.#session = session;
    return session;
  }
}

/** Sends bytes to the port as they are, and waits for the end or a moment. */
export async function sendRaw(port: number, bytes: Buffer): Promise<Outcome> {
  const socket = net.connect(port, "127.0.0.1");
  const ended = new Promise<Outcome>((resolve) => {
    socket.on("error", () => resolve("raw: reset"));
    socket.on("close", () => resolve("raw: closed"));
  });
  socket.resume();
  socket.end(bytes);
  const outcome = await Promise.race([ended, delay(ANSWER_MS, "raw: open", quietly)]);
  socket.destroy();
  return outcome;
}
