import type { Readable } from "node:stream";
import * as grpc from "@grpc/grpc-js";
import { DomainError } from "@tollbook/domain";
import type { Intake } from "../calls/door.ts";
import { Arrival } from "./arrival.ts";
import type { Rpc } from "./rpc.ts";
import { admitted, refusal, type Serving } from "./serving.ts";

/** Whatever kept a request back, others on its connection or a slow network, is still there. */
const LATE_RETRY_MS = 1_000;

type Call = grpc.ServerInterceptingCallInterface;

/**
 * Asks the intakes of RPCs with large requests, once their caller is let in and before their body
 * is read, and again when its first bytes say how large it is: the handler of a unary call only
 * ever sees a request that is in memory already. Other RPCs pass as they are.
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
  const arrival = new Arrival(() => refuse(host, rpc, call, late()));
  /** False if it throws, which is answered. */
  const orRefuse = (ask: () => void): boolean => {
    try {
      ask();
      return true;
    } catch (error) {
      refuse(host, rpc, call, error);
      return false;
    }
  };
  const begin = async (metadata: grpc.Metadata): Promise<boolean> => {
    try {
      await admitted(host, rpc, { metadata });
    } catch (error) {
      refuse(host, rpc, call, error);
      return false;
    }
    if (arrival.isOver) return false;
    host.arrivals.set(metadata, arrival);
    return orRefuse(() => arrival.letIn(intake.enter(), host.limits.readWithinMs));
  };
  return new grpc.ServerInterceptingCall(call, {
    start: (next) => {
      next({
        onReceiveMetadata: (metadata, pass) => {
          void begin(metadata).then((mayRead) => {
            if (mayRead) pass(metadata);
          });
        },
        onReceiveMessage: (message: Buffer, pass) => {
          if (orRefuse(() => arrival.sized(message.length))) pass(message);
        },
        onReceiveHalfClose: (pass) => {
          arrival.read();
          pass();
        },
        onCancel: () => arrival.answered(),
      });
      onFirstBytes(call, (chunk) => {
        let isKnown = true;
        orRefuse(() => {
          isKnown = arrival.begun(chunk, rpc.requestBytesMax);
        });
        return isKnown;
      });
    },
  });
}

/**
 * Reads along until the reader has seen enough. grpc-js has no public word for the bytes of a
 * message before it is whole; should its insides change, its size is known when it is there.
 */
function onFirstBytes(call: Call, hasEnough: (chunk: Buffer) => boolean): void {
  const { stream } = call as { stream?: Readable };
  const read = (chunk: Buffer) => {
    if (hasEnough(chunk)) stream?.off("data", read);
  };
  stream?.on("data", read);
}

/** Room for a request that has been on its way for so long is of use to others. */
function late(): DomainError {
  const sentence = "The request did not come in time, perhaps behind others; please send it again.";
  return new DomainError(
    "exhausted",
    "REQUEST_LATE",
    sentence,
    {},
    { retryAfterMs: LATE_RETRY_MS },
  );
}

function refuse(host: Serving, rpc: Rpc, call: Call, error: unknown): void {
  const { code, details, metadata } = refusal(host, rpc, error);
  const told = code ?? grpc.status.UNKNOWN;
  const meter = host.metrics.meterOf(rpc.name);
  meter.started();
  meter.ended(told, 0);
  call.sendStatus({ code: told, details: details ?? "", metadata: metadata ?? null });
}
