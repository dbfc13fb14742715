import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { mayCall } from "./endpoint-scope.ts";

const CASES: [scope: string, method: string, endpoint: string, may: boolean][] = [
  ["/v1/forecast/{city}", "GET", "/v1/forecast/{city}", true],
  ["/v1/forecast/{city}", "POST", "/v1/forecast/{city}", true],
  ["GET /v1/forecast", "GET", "/v1/forecast", true],
  ["GET /v1/forecast", "POST", "/v1/forecast", false],
  ["GET /v1/forecast", "GET", "/v1/forecast/{city}", false],
  ["* /v1/*", "DELETE", "/v1/keys/{key}", true],
  ["GET /v1/*", "GET", "/v2/forecast", false],
  ["GET /v1/*/history", "GET", "/v1/cities/{city}/history", true],
  ["GET /v1/*/history", "GET", "/v1/history", false],
  ["/a*b*c", "GET", "/a-b-b-c", true],
  ["/a*b*c", "GET", "/a-c-b", false],
  ["/ab*ba", "GET", "/aba", false],
  ["*", "GET", "/anything", true],
];

describe("a key's scopes", () => {
  for (const [scope, method, endpoint, may] of CASES) {
    it(`"${scope}" ${may ? "allows" : "does not allow"} ${method} ${endpoint}`, () => {
      assert.equal(mayCall([scope], method, endpoint), may);
    });
  }

  it("allow everything if there are none, and what any of several allows", () => {
    assert.ok(mayCall([], "GET", "/v1/forecast"));
    assert.ok(mayCall(["GET /a", "GET /b"], "GET", "/b"));
  });

  it("stay fast for the worst of patterns", () => {
    const from = performance.now();
    mayCall([`/${"*a".repeat(100)}`], "GET", `/${"a".repeat(199)}`);
    assert.ok(performance.now() - from < 50);
  });
});
