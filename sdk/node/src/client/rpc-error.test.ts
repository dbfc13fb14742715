import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { RetryInfo } from "@tollbook/contracts/google/rpc/error_details";
import { Status } from "@tollbook/contracts/google/rpc/status";
import { DomainError } from "@tollbook/domain";
import { rpcError } from "./rpc-error.ts";

function grpcError(code: status, metadata = new Metadata()): ServiceError {
  return Object.assign(new Error("words"), { code, details: "words", metadata });
}

describe("rpcError", () => {
  const kinds: [status, string][] = [
    [status.INVALID_ARGUMENT, "invalid"],
    [status.ALREADY_EXISTS, "conflict"],
    [status.NOT_FOUND, "not-found"],
    [status.UNAUTHENTICATED, "unauthenticated"],
    [status.DEADLINE_EXCEEDED, "unavailable"],
    [status.UNAVAILABLE, "unavailable"],
    [status.ABORTED, "internal"],
    [status.UNKNOWN, "internal"],
  ];
  for (const [code, kind] of kinds) {
    it(`reads ${status[code]} as ${kind}`, () => {
      const error = rpcError(grpcError(code));
      assert.ok(error instanceof DomainError);
      assert.equal(error.kind, kind);
    });
  }

  it("keeps how long the service asks us to wait", () => {
    const retry = RetryInfo.fromPartial({ retryDelay: { seconds: 2n, nanos: 500_000_000 } });
    const value = Buffer.from(RetryInfo.encode(retry).finish());
    const typeUrl = "type.googleapis.com/google.rpc.RetryInfo";
    const details = [{ typeUrl, value }];
    const bytes = Status.encode(Status.fromPartial({ code: 14, details })).finish();
    const metadata = new Metadata();
    metadata.set("grpc-status-details-bin", Buffer.from(bytes));
    const error = rpcError(grpcError(status.UNAVAILABLE, metadata));
    assert.equal(error instanceof DomainError && error.retryAfterMs, 2_500);
  });

  it("leaves other errors alone", () => {
    const error = new Error("not of the wire");
    assert.equal(rpcError(error), error);
  });
});
