import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inTrace } from "./calls/call-scope.ts";
import { createLogger, type LogLevel } from "./logger.ts";

function logging(options: { level?: LogLevel; pretty?: boolean } = {}) {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const logger = createLogger({ service: "auth", level: "info", ...options, destination });
  return { logger, lines };
}

describe("a log line", () => {
  it("carries the service, the level by name and the trace of its call", () => {
    const { logger, lines } = logging();
    const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    inTrace(traceparent, () => logger.info({ a: 1 }, "hello"));
    const { service, level, traceId, a, msg } = JSON.parse(lines[0] ?? "");
    assert.deepEqual(
      { service, level, traceId, a, msg },
      {
        service: "auth",
        level: "info",
        traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
        a: 1,
        msg: "hello",
      },
    );
  });

  const secret = "tb_live_3vQB7B6MrGQZaxCuFg4ohW_0sZK2A";
  const jwt = "eyJhbGciOiJFZERTQSJ9.eyJpc3MiOiJhdXRoIn0.c2lnbmF0dXJl";
  const leaks: [string, unknown, string?][] = [
    ["a password in an object", { request: { password: "hunter2" } }],
    ["an authorization header", { metadata: { authorization: "Bearer hunter2" } }],
    ["a token three objects down", { a: { b: { c: { refreshToken: "hunter2" } } } }],
    ["a customer's key in a text", {}, `the key ${secret} is unknown`],
    ["a root key in an error", { err: new Error(`no such key: ${secret}`) }],
    ["a key in an error's cause", { err: new Error("x", { cause: new Error(secret) }) }],
    ["a session in a text", { url: `/v1/me?session=${jwt}` }],
    ["a password in a URL", { url: "postgres://auth_app:hunter2@db:5432/auth" }],
  ];
  for (const [what, fields, text = "something"] of leaks) {
    it(`never shows ${what}`, () => {
      const { logger, lines } = logging();
      logger.info(fields as object, text);
      assert.doesNotMatch(lines.join(), /hunter2|3vQB7B6M|c2lnbmF0dXJl/);
      assert.match(lines.join(), /redacted/);
    });
  }

  it("is one plain line for people, with the stack of an error", () => {
    const { logger, lines } = logging({ pretty: true });
    logger.warn({ err: new Error("broken"), rpc: "Say" }, "a call failed");
    assert.match(
      lines[0] ?? "",
      /^[\d:.]+ warn {2}auth: a call failed \{"rpc":"Say"\}\nError: bro/,
    );
  });

  it("is not written below the level", () => {
    const { logger, lines } = logging({ level: "warn" });
    logger.info("not important");
    assert.deepEqual(lines, []);
  });
});
