import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { mayCall } from "./endpoint-scope.ts";

describe("a key's scopes", () => {
  it("allow everything if there are none", () => {
    assert.ok(mayCall([], "GET", "/v1/forecast"));
  });

  it("allow what one of them matches, and nothing else", () => {
    assert.ok(mayCall(["GET /a", "GET /b*"], "GET", "/b/{id}"));
    assert.ok(!mayCall(["GET /a", "GET /b*"], "POST", "/b/{id}"));
    assert.ok(!mayCall(["GET /a", "GET /b*"], "GET", "/c"));
  });
});
