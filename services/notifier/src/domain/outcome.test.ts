import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { settle } from "./outcome.ts";
import { giveUpAfterMs } from "./retry-schedule.ts";

const now = new Date("2026-11-23T10:00:00Z");
const firstTry = { attempts: 1, waitedMs: 0 };

describe("a delivery after an attempt", () => {
  it("is sent once the mail server has taken it", () => {
    assert.deepEqual(settle({ kind: "taken", answer: "250 OK" }, firstTry, now), {
      state: "sent",
      answer: "250 OK",
      sentTime: now,
    });
  });

  it("has failed if the mail server will never take it", () => {
    const answer = "550 5.1.1 No such user";
    assert.deepEqual(settle({ kind: "refused", answer }, firstTry, now), {
      state: "failed",
      answer,
    });
  });

  it("waits longer after each attempt that came to nothing", () => {
    const pauses = [1, 2, 3].map((attempts) => {
      const settled = settle({ kind: "later", answer: "" }, { attempts, waitedMs: 0 }, now);
      return settled.state === "pending" && settled.pauseMs;
    });
    assert.deepEqual(pauses, [5_000, 15_000, 60_000]);
  });

  it("has made no attempt while the mail server is known to be away", () => {
    const settled = settle({ kind: "away", answer: "" }, firstTry, now);
    assert.equal(settled.state === "pending" && settled.counted, false);
  });

  it("is given up when its time is over, with the last answer", () => {
    const tries = { attempts: 390, waitedMs: giveUpAfterMs };
    assert.deepEqual(settle({ kind: "later", answer: "451 Try again" }, tries, now), {
      state: "failed",
      answer: "Given up after 390 attempts. 451 Try again",
    });
  });
});
