import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { LimitState } from "@tollbook/gate";
import { rateLimitHeaders } from "./rate-limit-headers.ts";

const july = Date.UTC(2026, 6, 1);
const august = Date.UTC(2026, 7, 1);
const monthly: LimitState = {
  ...{ name: "monthly calls", limit: 50_000n, remaining: 1_234n, hard: true },
  ...{ window: "month", windowStartMs: july, resetsAtMs: august },
};
const rate: LimitState = {
  ...{ name: "burst", limit: 100n, remaining: 60n, hard: true },
  ...{ window: undefined, windowStartMs: undefined, resetsAtMs: undefined },
};

describe("rateLimitHeaders", () => {
  it("tells policy and state, with the reset relative to business time", () => {
    assert.deepEqual(rateLimitHeaders([monthly], august - 86_400_000), {
      policy: '"monthly calls";q=50000;w=2678400',
      state: '"monthly calls";r=1234;t=86400',
    });
  });

  it("tells every hard limit and no soft one", () => {
    const headers = rateLimitHeaders([{ ...monthly, hard: false }, rate, monthly], august - 500);
    assert.equal(headers?.state, '"burst";r=60, "monthly calls";r=1234;t=1');
  });

  it("tells of a rate how long its burst takes to fill, and what is missing of it", () => {
    const paced = { ...rate, ratePerMinuteMilli: 600_000n };
    assert.deepEqual(rateLimitHeaders([paced], july), {
      policy: '"burst";q=100;w=10',
      state: '"burst";r=60;t=4',
    });
  });

  it("says nothing where nothing can refuse", () => {
    assert.equal(rateLimitHeaders([], july), undefined);
    assert.equal(rateLimitHeaders([{ ...monthly, hard: false }], july), undefined);
  });

  it("never tells less than nothing", () => {
    const passed = { ...monthly, remaining: -3n };
    assert.equal(rateLimitHeaders([passed], august + 5_000)?.state, '"monthly calls";r=0;t=0');
  });

  it("writes any name in ASCII that is safe in a header", () => {
    const named = { ...rate, name: 'मासिक "x"\\\r\n\ud800' };
    const policy = rateLimitHeaders([named], july)?.policy ?? "";
    assert.match(policy, /^"%E0%A4[%0-9A-F]+ \\"x\\"\\\\%0D%0A%EF%BF%BD";q=100$/);
  });
});
