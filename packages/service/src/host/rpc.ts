import type * as grpc from "@grpc/grpc-js";
import { DomainError } from "@tollbook/domain";
import { type Door, type Intake, type Work, workOf } from "../calls/door.ts";
import type { Permission } from "../calls/permission.ts";

/** One RPC of a door, with all that serving it takes. */
export interface Rpc {
  /** `tollbook.metering.v1.UsageService/RecordUsage`. */
  readonly name: string;
  readonly service: string;
  readonly definition: grpc.MethodDefinition<unknown, unknown>;
  readonly permission: Permission;
  readonly requestBytesMax: number;
  readonly intake: Intake | undefined;
  /** Absent while it is not built. */
  readonly work: Work | undefined;
}

/**
 * Every RPC of a door. Throws an Error, so that the process does not start, when an RPC has no row
 * in the permission table, a row or an implementation has no RPC, or a handler is not ours.
 */
export function rpcsOf(door: Door, receiveBytesMax: number): Rpc[] {
  const faults: string[] = [];
  const methods = Object.entries(door.service);
  const rpcNames = new Set(methods.map(([, { path }]) => methodName(path)));
  const rpcs = methods.map(([key, definition]) => {
    const [, service = "", method = ""] = definition.path.split("/");
    const permission = door.permissions[method];
    const handler = door.implementation[key];
    const work = workOf(handler);
    if (permission === undefined) faults.push(`${method} has no row in the permission table`);
    if (handler && !work) faults.push(`${key} was not made by unary, serverStream or bidi`);
    if (work && work.shape !== shapeOf(definition)) faults.push(`${key} is not ${work.shape}`);
    return {
      name: `${service}/${method}`,
      service,
      definition,
      permission: permission ?? {},
      requestBytesMax: door.requestBytesMax?.[method] ?? receiveBytesMax,
      intake: door.intakes?.[method],
      work,
    };
  });
  for (const row of [
    ...Object.keys(door.permissions),
    ...Object.keys(door.requestBytesMax ?? {}),
    ...Object.keys(door.intakes ?? {}),
  ]) {
    if (!rpcNames.has(row)) faults.push(`the permission table or limits name ${row}, no RPC`);
  }
  for (const key of Object.keys(door.implementation)) {
    if (!(key in door.service)) faults.push(`${key} implements no RPC`);
  }
  if (faults.length > 0) throw new Error(`${rpcs[0]?.service}: ${faults.join("; ")}`);
  return rpcs;
}

/** The answer of an RPC that its contract has and this version has not. */
export function notBuilt(rpc: Rpc): DomainError {
  const sentence = `${rpc.name} is not available in this version of Tollbook.`;
  return new DomainError("unimplemented", "RPC_NOT_AVAILABLE", sentence, { rpc: rpc.name });
}

function methodName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function shapeOf({ requestStream, responseStream }: Rpc["definition"]): string {
  if (!responseStream) return requestStream ? "client-stream" : "unary";
  return requestStream ? "bidi" : "server-stream";
}
