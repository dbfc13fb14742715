import type * as grpc from "@grpc/grpc-js";
import { status } from "@grpc/grpc-js";
import type { CallContext } from "../calls/door.ts";
import type { Rpc } from "./rpc.ts";
import * as serving from "./serving.ts";

type UnaryCall = grpc.ServerUnaryCall<unknown, unknown>;

/** The grpc-js handler of one unary RPC. */
export function serveUnary(
  host: serving.Serving,
  rpc: Rpc,
): grpc.handleUnaryCall<unknown, unknown> {
  return (call, callback) => {
    const named = serving.namedDeadline(call);
    const wait = host.limits.defaultDeadlineMs;
    const deadlineMs = Number.isFinite(named) ? named : Date.now() + wait;
    void serving.observed(host, rpc, call, deadlineMs, async () => {
      const context = new UnaryContext(call, deadlineMs);
      // grpc-js itself answers when a deadline the caller named has passed; ours it does not know.
      if (!Number.isFinite(named)) context.endAfter(wait);
      try {
        const answer = await Promise.race([answered(host, rpc, call, context), context.late]);
        if (call.cancelled) return serving.unheardCode(deadlineMs);
        if (answer === tooLate) {
          callback({ code: status.DEADLINE_EXCEEDED, details: "The deadline has passed." });
          return status.DEADLINE_EXCEEDED;
        }
        callback(null, answer);
        return status.OK;
      } catch (error) {
        const told = serving.refusal(host, rpc, error);
        callback(told);
        return told.code ?? status.UNKNOWN;
      } finally {
        context.close();
      }
    });
  };
}

async function answered(
  host: serving.Serving,
  rpc: Rpc,
  call: UnaryCall,
  context: CallContext,
): Promise<unknown> {
  const caller = await serving.admitted(host, rpc, call);
  const { work } = serving.builtWork(rpc, "unary");
  return work(serving.decoded(rpc, call.request), caller, context);
}

const tooLate = Symbol("the deadline has passed");

/** The context of a unary call; its abort signal is made only for the handlers that ask for it. */
class UnaryContext implements CallContext {
  readonly deadlineMs: number;
  readonly late: Promise<typeof tooLate>;
  readonly #resolveLate: (late: typeof tooLate) => void;
  readonly #call: UnaryCall;
  #timer: NodeJS.Timeout | undefined;
  #abort: AbortController | undefined;

  constructor(call: UnaryCall, deadlineMs: number) {
    this.#call = call;
    this.deadlineMs = deadlineMs;
    const { promise, resolve } = Promise.withResolvers<typeof tooLate>();
    this.late = promise;
    this.#resolveLate = resolve;
  }

  endAfter(ms: number): void {
    this.#timer = setTimeout(() => {
      this.#abort?.abort(new Error("the deadline has passed"));
      this.#resolveLate(tooLate);
    }, ms);
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      const abort = new AbortController();
      const gone = () => abort.abort(new Error("the caller has gone"));
      if (this.#call.cancelled) gone();
      this.#call.once("cancelled", gone);
      this.#abort = abort;
    }
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

  close(): void {
    clearTimeout(this.#timer);
  }
}
