import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { joinTemplates, type Pattern, templateOf } from "./template.ts";

describe("templateOf", () => {
  const cases: [pattern: Pattern, template: string][] = [
    ["/v1/forecast/:city", "/v1/forecast/{city}"],
    ["/flights/:from-:to", "/flights/{from}-{to}"],
    ["/files/*path", "/files/{+path}"],
    ["/files/*", "/files/{+rest}"],
    ["/users{/:id}/edit", "/users/{id}/edit"],
    ["/users/:id?", "/users/{id}"],
    ["/users/:id(\\d+)", "/users/{id}"],
    ['/:"the name"', "/{the name}"],
    ["/price\\:eur", "/price:eur"],
    [/^\/old\/(\d+)$/, "^\\/old\\/(\\d+)$"],
    [["/a/:x", "/b/:x"], "/a/{x}|/b/{x}"],
  ];
  for (const [pattern, template] of cases) {
    it(`reads ${String(pattern)} as ${template}`, () => {
      assert.equal(templateOf(pattern), template);
    });
  }
});

describe("joinTemplates", () => {
  const cases: [mount: string, below: string, joined: string][] = [
    ["", "/", "/"],
    ["/v1", "/", "/v1"],
    ["/v1/", "/forecast", "/v1/forecast"],
    ["/v1", "/forecast/", "/v1/forecast"],
  ];
  for (const [mount, below, joined] of cases) {
    it(`puts "${below}" under "${mount}" as "${joined}"`, () => {
      assert.equal(joinTemplates(mount, below), joined);
    });
  }

  it("keeps within the length that usage can carry", () => {
    assert.equal(joinTemplates("/a", `/${"b".repeat(300)}`).length, 200);
  });
});
