import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { describe, it } from "node:test";
import { callerKey } from "./caller-key.ts";

describe("callerKey", () => {
  const cases: [headers: Record<string, string>, key: string | undefined][] = [
    [{}, undefined],
    [{ "x-api-key": "tb_live_a" }, "tb_live_a"],
    [{ authorization: "Bearer tb_live_b" }, "tb_live_b"],
    [{ authorization: "bearer  tb_live_b " }, "tb_live_b"],
    [{ authorization: "Basic dXNlcjpwYXNz" }, undefined],
    [{ "x-api-key": "tb_live_a", authorization: "Bearer host-session" }, "tb_live_a"],
  ];
  for (const [headers, key] of cases) {
    it(`finds ${key} in ${JSON.stringify(headers)}`, () => {
      assert.equal(callerKey({ headers } as unknown as IncomingMessage), key);
    });
  }
});
