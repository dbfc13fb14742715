import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseJson } from "./json-body.ts";

describe("a number in a JSON body", () => {
  it("is not rounded when it has more digits than a double", () => {
    assert.deepEqual(parseJson('{"a": 9007199254740993, "b": [-9007199254740995], "c": 12}'), {
      a: "9007199254740993",
      b: ["-9007199254740995"],
      c: 12,
    });
  });

  it("is a text the contract refuses when it is neither whole nor small", () => {
    assert.deepEqual(parseJson('{"a": 1.5e18}'), { a: "1.5e18" });
    assert.deepEqual(parseJson('{"a":90071992547409931.0}'), { a: "90071992547409931.0" });
  });

  it("stays a number otherwise, in objects as they came", () => {
    const text = '{"a": 1.25, "b": 1e3, "c": "9007199254740993", "__proto__": {"x": 1}}';
    assert.equal(
      JSON.stringify(parseJson(text)),
      '{"a":1.25,"b":1000,"c":"9007199254740993","__proto__":{"x":1}}',
    );
  });
});
