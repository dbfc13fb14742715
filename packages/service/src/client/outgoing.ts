import { type CallOptions as GrpcCallOptions, Metadata } from "@grpc/grpc-js";
import { currentScope } from "../calls/call-scope.ts";
import { accountMetadataKey } from "../credentials/authenticator.ts";
import type { CallOptions, ClientOptions } from "./create-client.ts";

/** The credential, the account acted for and the trace, over what the caller adds. */
export async function outgoingMetadata(
  { credential }: ClientOptions,
  call: CallOptions,
): Promise<Metadata> {
  const metadata = call.metadata?.clone() ?? new Metadata();
  if (credential) metadata.set("authorization", `Bearer ${await credential()}`);
  if (call.actFor !== undefined) metadata.set(accountMetadataKey, call.actFor);
  const traceparent = currentScope()?.traceparent;
  if (traceparent !== undefined) metadata.set("traceparent", traceparent);
  return metadata;
}

/** A deadline from now, but never past the one of the call being served: nobody would hear. */
export function callOptions(deadlineMs: number | undefined): GrpcCallOptions {
  const own = deadlineMs === undefined ? Number.POSITIVE_INFINITY : Date.now() + deadlineMs;
  const deadline = Math.min(own, currentScope()?.deadlineMs ?? Number.POSITIVE_INFINITY);
  return Number.isFinite(deadline) ? { deadline } : {};
}
