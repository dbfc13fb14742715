import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Client, credentials, Metadata } from "@grpc/grpc-js";
import { DomainError } from "@tollbook/domain";
import { createGrpcHost, currentTraceId, fromGrpcError, Registry, unary } from "@tollbook/service";
import { EchoService, echoDoor, openToAll } from "./echo-service.ts";
import { quiet, startHost } from "./start-host.ts";

const reasonOf = (reason: string) => (error: unknown) => {
  const told = fromGrpcError(error);
  assert.ok(told instanceof DomainError, String(error));
  assert.equal(told.reason, reason);
  return true;
};

describe("a host", () => {
  const bare = () => createGrpcHost({ authenticator, logger: quiet, metrics: new Registry() });
  const authenticator = { authenticate: () => Promise.reject(), forgetRootKey: () => {} };

  it("refuses an RPC without a row in the permission table", () => {
    const { Later: _, ...incomplete } = openToAll;
    const add = () => bare().add(echoDoor({}, incomplete));
    assert.throws(add, /Later has no row in the permission table/);
  });

  it("refuses a row, a limit or an implementation that has no RPC", () => {
    const add = () => bare().add(echoDoor({}, { ...openToAll, Sing: { public: true } }));
    assert.throws(add, /Sing, no RPC/);
    const door = { ...echoDoor(), implementation: { sing: unary(async () => ({})) } };
    assert.throws(() => bare().add(door), /sing implements no RPC/);
  });

  it("refuses a handler that would skip the permissions", () => {
    const door = { ...echoDoor(), implementation: { say: () => {} } };
    assert.throws(() => bare().add(door), /say was not made by unary/);
  });

  it("answers an RPC that is not built with UNIMPLEMENTED and its name", async () => {
    const { client, close } = await startHost(echoDoor());
    await assert.rejects(client.later({ text: "" }), (error) => {
      assert.ok(error instanceof DomainError);
      assert.equal(error.kind, "unimplemented");
      assert.match(error.message, /tollbook\.test\.v1\.EchoService\/Later is not available/);
      return true;
    });
    await close();
  });

  it("refuses a request above its RPC's limit, and one that is no such message", async () => {
    const { client, address, close } = await startHost(echoDoor());
    await assert.rejects(client.say({ text: "x".repeat(65_536) }), reasonOf("REQUEST_TOO_LARGE"));
    const raw = new Client(address, credentials.createInsecure());
    const asked = new Promise((resolve, reject) => {
      const same = (bytes: Buffer) => bytes;
      const done = (error: unknown, answer: unknown) => (error ? reject(error) : resolve(answer));
      raw.makeUnaryRequest(EchoService.say.path, same, same, Buffer.from("{"), done);
    });
    await assert.rejects(asked, reasonOf("REQUEST_MALFORMED"));
    raw.close();
    await close();
  });

  it("ends a unary call without a deadline at the default deadline", async () => {
    const late = { say: () => delay(5_000, { text: "late" }, { ref: false }) };
    const limits = { defaultDeadlineMs: 50 };
    const { address, close } = await startHost(echoDoor(late), { limits });
    const raw = new Client(address, credentials.createInsecure());
    const asked = new Promise((resolve, reject) => {
      const { path, requestSerialize, responseDeserialize } = EchoService.say;
      const done = (error: unknown, answer: unknown) => (error ? reject(error) : resolve(answer));
      raw.makeUnaryRequest(path, requestSerialize, responseDeserialize, { text: "" }, done);
    });
    await assert.rejects(asked, reasonOf("DEADLINE_EXCEEDED"));
    raw.close();
    await close();
  });

  it("aborts the signal of a call whose caller's deadline has passed", async () => {
    const aborted = Promise.withResolvers<void>();
    const door = echoDoor({
      say: (_request, _caller, { signal }) => {
        signal.addEventListener("abort", () => aborted.resolve());
        return aborted.promise.then(() => ({ text: "" }));
      },
    });
    const { client, close } = await startHost(door);
    await assert.rejects(
      client.say({ text: "" }, { deadlineMs: 80 }),
      reasonOf("DEADLINE_EXCEEDED"),
    );
    await aborted.promise;
    await close();
  });

  it("carries the trace of a call from its caller to the logs", async () => {
    const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    const door = echoDoor({ say: async () => ({ text: currentTraceId() ?? "none" }) });
    const { client, close } = await startHost(door);
    const metadata = new Metadata();
    metadata.set("traceparent", `00-${traceId}-00f067aa0ba902b7-01`);
    assert.equal((await client.say({ text: "" }, { metadata })).text, traceId);
    assert.match((await client.say({ text: "" })).text, /^[0-9a-f]{32}$/);
    await close();
  });

  it("counts every call by RPC and code", async () => {
    const { client, metrics, close } = await startHost(echoDoor());
    await client.say({ text: "one" });
    await client.later({ text: "two" }).catch(() => undefined);
    const text = await metrics.metrics();
    const counted = (rpc: string, code: string) =>
      text.includes(
        `tollbook_rpc_duration_seconds_count{rpc="tollbook.test.v1.EchoService/${rpc}",code="${code}"} 1`,
      );
    assert.ok(counted("Say", "OK"), text);
    assert.ok(counted("Later", "UNIMPLEMENTED"), text);
    await close();
  });
});
