import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { knownText } from "./known-texts.ts";

function textOf(text: string): string | undefined {
  const bytes = Buffer.from(`x${text}x`);
  return knownText(bytes, 1, bytes.length - 1);
}

describe("a known text", () => {
  it("is never another of the same hash", () => {
    const alike = ["/v1/23ffaa4a", "/v1/473f3810"];
    for (let times = 0; times < 3; times += 1) assert.deepEqual(alike.map(textOf), alike);
    const again = [...alike, ...alike].sort();
    assert.deepEqual(again.map(textOf), again);
  });

  it("is short and in ASCII", () => {
    const texts = ["", "a".repeat(64), "a".repeat(65), "é"];
    assert.deepEqual(texts.map(textOf), ["", "a".repeat(64), undefined, undefined]);
  });
});
