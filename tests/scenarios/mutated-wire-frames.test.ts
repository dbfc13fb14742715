import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { needs } from "@tollbook/testing";
import { attackMetering, cameThrough, figuresOf } from "../wire/attack-metering.ts";

const frames = 2_000;
const seed = 20_261_128;

describe("a metering process", needs("postgres", "nats"), () => {
  it(`takes ${frames} mutated frames without a crash, and counts as before`, async () => {
    const result = await attackMetering(frames, seed, () => {});
    assert.ok(cameThrough(result), figuresOf(result).join("\n"));
  });
});
