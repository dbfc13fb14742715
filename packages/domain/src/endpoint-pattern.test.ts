import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { matchesEndpoint } from "./endpoint-pattern.ts";

const CASES: [pattern: string, method: string, endpoint: string, matches: boolean][] = [
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

describe("a pattern of endpoints", () => {
  for (const [pattern, method, endpoint, matches] of CASES) {
    it(`"${pattern}" ${matches ? "matches" : "does not match"} ${method} ${endpoint}`, () => {
      assert.equal(matchesEndpoint(pattern, method, endpoint), matches);
    });
  }

  it("stays fast at its worst", () => {
    const from = performance.now();
    matchesEndpoint(`/${"*a".repeat(100)}`, "GET", `/${"a".repeat(199)}`);
    assert.ok(performance.now() - from < 50);
  });
});
