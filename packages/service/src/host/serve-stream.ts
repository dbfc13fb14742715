import type * as grpc from "@grpc/grpc-js";
import { status } from "@grpc/grpc-js";
import { DomainError } from "@tollbook/domain";
import { inScope } from "../calls/call-scope.ts";
import type { CallContext } from "../calls/door.ts";
import { Interruptible, interrupted } from "./interruptible.ts";
import { RequestReader } from "./request-reader.ts";
import type { Rpc } from "./rpc.ts";
import * as serving from "./serving.ts";
import { connectionIsEnding, type OpenStream } from "./streams.ts";

type DuplexCall = grpc.ServerDuplexStream<Buffer, unknown>;
type WritableCall = grpc.ServerWritableStream<Buffer, unknown>;
type StreamCall = DuplexCall | WritableCall;

/** What a handler still answers when its stream is to end may take this long. */
const finishWithinMs = 5_000;

/** The grpc-js handler of an RPC with one request and a stream of answers. */
export function serveServerStream(host: serving.Serving, rpc: Rpc) {
  return (call: WritableCall): void => {
    serve(host, rpc, call, (caller, context) => {
      const { work } = serving.builtWork(rpc, "server-stream");
      return work(serving.received(rpc, call.request), caller, context);
    });
  };
}

/** The grpc-js handler of an RPC with streams both ways. */
export function serveBidi(host: serving.Serving, rpc: Rpc) {
  return (call: DuplexCall): void => {
    serve(host, rpc, call, (caller, context) => {
      const { work } = serving.builtWork(rpc, "bidi");
      return work(requestsOf(rpc, call, context), caller, context);
    });
  };
}

type Begin = (
  caller: Awaited<ReturnType<typeof serving.admitted>>,
  context: StreamContext,
) => AsyncIterable<unknown>;

function serve(host: serving.Serving, rpc: Rpc, call: StreamCall, begin: Begin): void {
  const deadlineMs = serving.namedDeadline(call);
  const begun = { meter: host.metrics.meterOf(rpc.name), rpc, call, startMs: performance.now() };
  const context = new StreamContext(call, deadlineMs, rpc.definition.requestStream);
  const run = async (): Promise<status> => {
    try {
      const caller = await serving.admitted(host, rpc, call);
      const complete = await writeAll(call, context, begin(caller, context));
      if (call.cancelled) return serving.unheardCode(deadlineMs);
      if (context.isEnding && !complete) throw stopping(rpc);
      call.end();
      return status.OK;
    } catch (error) {
      if (call.cancelled) return serving.unheardCode(deadlineMs);
      const told = serving.refusal(host, rpc, error);
      call.emit("error", told);
      return told.code ?? status.UNKNOWN;
    }
  };
  begun.meter.started();
  host.streams.add(context);
  void inScope(serving.scopeOf(call, deadlineMs), run).then((code) => {
    host.streams.delete(context);
    context.close();
    serving.ended(host, begun, code);
  });
}

/**
 * Writes answers as fast as the caller reads them, until they, or the stream, end. True if the
 * caller has them all: the answers ended, and not because we took the requests away.
 */
async function writeAll(
  call: StreamCall,
  context: StreamContext,
  answers: AsyncIterable<unknown>,
): Promise<boolean> {
  const iterator = answers[Symbol.asyncIterator]();
  try {
    while (true) {
      const next = await context.cut.wait(iterator.next());
      if (next === interrupted) return false;
      if (next.done) return !context.ending.isInterrupted;
      if (!call.write(next.value)) await context.cut.wait(onceWritable(call));
      if (context.cut.isInterrupted) return false;
    }
  } finally {
    // Not awaited: a generator that waits for something ends only when that comes.
    iterator.return?.().catch(() => undefined);
  }
}

function onceWritable(call: StreamCall): Promise<void> {
  return new Promise((resolve) => call.once("drain", resolve));
}

/** The requests, decoded one by one, until the caller has sent all or the stream is to end. */
async function* requestsOf(rpc: Rpc, call: DuplexCall, context: StreamContext) {
  const reader = new RequestReader(call);
  while (true) {
    const next = await context.ending.wait(reader.next());
    if (next === interrupted || next === undefined) return;
    yield serving.received(rpc, next);
  }
}

function stopping(rpc: Rpc): DomainError {
  const sentence = "This stream ends here so that its connection can be renewed; open it again.";
  return new DomainError("unavailable", "STREAM_RENEWED", sentence, { rpc: rpc.name });
}

/**
 * A stream and its two ends: `ending` stops the requests, so that a handler can answer what it
 * has read; `cut` stops the answers. A stream without requests is cut at once.
 */
class StreamContext implements CallContext, OpenStream {
  readonly ending = new Interruptible();
  readonly cut = new Interruptible();
  readonly deadlineMs: number;
  readonly #call: StreamCall;
  readonly #takesRequests: boolean;
  readonly #abort = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #isEnding = false;

  constructor(call: StreamCall, deadlineMs: number, takesRequests: boolean) {
    this.#call = call;
    this.deadlineMs = deadlineMs;
    this.#takesRequests = takesRequests;
    call.once("cancelled", () => this.#cutNow("the caller has gone"));
  }

  get isEnding(): boolean {
    return this.#isEnding;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get metadata(): grpc.Metadata {
    return this.#call.metadata;
  }

  get peer(): string {
    return this.#call.getPeer();
  }

  sendMetadata(metadata: grpc.Metadata): void {
    this.#call.sendMetadata(metadata);
  }

  connectionIsEnding(): boolean {
    return connectionIsEnding(this.#call);
  }

  end(): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    const cut = () => this.#cutNow("the stream is to be opened again");
    this.ending.interrupt();
    if (this.#takesRequests) this.#timer = setTimeout(cut, finishWithinMs).unref();
    else cut();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#abort.abort(new Error("the stream has ended"));
  }

  #cutNow(why: string): void {
    this.#abort.abort(new Error(why));
    this.ending.interrupt();
    this.cut.interrupt();
  }
}
