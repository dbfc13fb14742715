import type * as grpc from "@grpc/grpc-js";
import { status } from "@grpc/grpc-js";
import { inScope } from "../calls/call-scope.ts";
import type { CallContext } from "../calls/door.ts";
import type { Arrival } from "./arrival.ts";
import type { Rpc } from "./rpc.ts";
import type { RpcMeter } from "./rpc-metrics.ts";
import * as serving from "./serving.ts";

type UnaryCall = grpc.ServerUnaryCall<unknown, unknown>;
type Callback = grpc.sendUnaryData<unknown>;

/** The grpc-js handler of one unary RPC. */
export function serveUnary(
  host: serving.Serving,
  rpc: Rpc,
): grpc.handleUnaryCall<unknown, unknown> {
  const meter = host.metrics.meterOf(rpc.name);
  return (call, callback) => {
    const served = new ServedCall({ host, rpc, meter }, call, callback);
    void inScope(serving.scopeOf(call, served.deadlineMs), served.serve);
  };
}

interface Surroundings {
  host: serving.Serving;
  rpc: Rpc;
  meter: RpcMeter;
}

/**
 * One unary call, answered once: by its work, or by its deadline if that passes first. It is the
 * context its work sees. Written for few allocations: this is on the way of every Check.
 */
class ServedCall implements CallContext {
  readonly deadlineMs: number;
  readonly #with: Surroundings;
  readonly #call: UnaryCall;
  readonly #callback: Callback;
  readonly #startMs = performance.now();
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #arrival: Arrival | undefined;
  #abort: AbortController | undefined;
  #answered = false;

  constructor(surroundings: Surroundings, call: UnaryCall, callback: Callback) {
    this.#with = surroundings;
    this.#call = call;
    this.#callback = callback;
    const named = serving.namedDeadline(call);
    const wait = surroundings.host.limits.defaultDeadlineMs;
    this.deadlineMs = Number.isFinite(named) ? named : Date.now() + wait;
    // grpc-js itself answers when a deadline the caller named has passed; ours it does not know.
    if (!Number.isFinite(named)) this.#timer = setTimeout(() => this.#late(), wait);
    this.#arrival = surroundings.host.arrivals.get(call.metadata);
    this.#arrival?.served();
    surroundings.meter.started();
  }

  readonly serve = async (): Promise<void> => {
    const { host, rpc } = this.#with;
    try {
      const caller = await serving.admitted(host, rpc, this.#call);
      const { work } = serving.builtWork(rpc, "unary");
      const answer = await work(serving.received(rpc, this.#call.request), caller, this);
      if (this.#call.cancelled) this.#end(serving.unheardCode(this.deadlineMs));
      else if (this.#end(status.OK)) this.#callback(null, answer);
    } catch (error) {
      const told = serving.refusal(host, rpc, error);
      if (this.#end(told.code ?? status.UNKNOWN)) this.#callback(told);
    } finally {
      this.#arrival?.over();
    }
  };

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

  #late(): void {
    const told = { code: status.DEADLINE_EXCEEDED, details: "The deadline has passed." };
    if (this.#end(told.code)) this.#callback(told);
    this.#abort?.abort(new Error("the deadline has passed"));
  }

  /** True for the one who may answer. */
  #end(code: status): boolean {
    if (this.#answered) return false;
    this.#answered = true;
    clearTimeout(this.#timer);
    const { host, rpc, meter } = this.#with;
    serving.ended(host, { meter, rpc, call: this.#call, startMs: this.#startMs }, code);
    return true;
  }
}
