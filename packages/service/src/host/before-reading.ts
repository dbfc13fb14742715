import * as grpc from "@grpc/grpc-js";
import type { Intake } from "../calls/door.ts";
import type { Rpc } from "./rpc.ts";
import { admitted, refusal, type Serving } from "./serving.ts";

type Call = grpc.ServerInterceptingCallInterface;

/**
 * Asks the intakes of RPCs with large requests, once their caller is let in and before their body
 * is read: the handler of a unary call only ever sees a request that is in memory already. Other
 * RPCs pass as they are.
 */
export function beforeReading(
  host: Serving,
  intakes: ReadonlyMap<string, Rpc>,
): grpc.ServerInterceptor {
  return ({ path }, call) => {
    const rpc = intakes.get(path);
    const intake = rpc?.intake;
    return rpc && intake ? intercepted(host, rpc, intake, call) : (call as never);
  };
}

function intercepted(host: Serving, rpc: Rpc, intake: Intake, call: Call) {
  const entry = new Entry(host.limits.readWithinMs, () => {
    const details = "The request did not come in time.";
    call.sendStatus({ code: grpc.status.DEADLINE_EXCEEDED, details });
  });
  const begin = async (metadata: grpc.Metadata): Promise<boolean> => {
    try {
      await admitted(host, rpc, { metadata });
      entry.entered(await intake.enter());
      return !entry.isOver;
    } catch (error) {
      refuse(host, rpc, call, error);
      return false;
    }
  };
  return new grpc.ServerInterceptingCall(call, {
    start: (next) => {
      next({
        onReceiveMetadata: (metadata, pass) => {
          void begin(metadata).then((mayRead) => {
            if (mayRead) pass(metadata);
          });
        },
        onReceiveHalfClose: (pass) => {
          entry.over();
          pass();
        },
        onCancel: () => entry.over(),
      });
    },
  });
}

function refuse(host: Serving, rpc: Rpc, call: Call, error: unknown): void {
  const { code, details, metadata } = refusal(host, rpc, error);
  const told = code ?? grpc.status.UNKNOWN;
  const meter = host.metrics.meterOf(rpc.name);
  meter.started();
  meter.ended(told, 0);
  call.sendStatus({ code: told, details: details ?? "", metadata: metadata ?? null });
}

/** One request's way in: it ends when the request is there, when its caller goes, or in time. */
class Entry {
  readonly #readWithinMs: number;
  readonly #late: () => void;
  #leave: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  isOver = false;

  constructor(readWithinMs: number, late: () => void) {
    this.#readWithinMs = readWithinMs;
    this.#late = late;
  }

  entered(leave: () => void): void {
    if (this.isOver) {
      leave();
      return;
    }
    this.#leave = leave;
    this.#timer = setTimeout(this.#late, this.#readWithinMs);
  }

  over(): void {
    this.isOver = true;
    clearTimeout(this.#timer);
    this.#leave?.();
    this.#leave = undefined;
  }
}
