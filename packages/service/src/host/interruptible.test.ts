import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Interruptible, interrupted } from "./interruptible.ts";

const never = () => new Promise<string>(() => {});

describe("an interruptible wait", () => {
  it("gives what the promise gives", async () => {
    assert.equal(await new Interruptible().wait(Promise.resolve("here")), "here");
    await assert.rejects(new Interruptible().wait(Promise.reject(new Error("no"))), /no/);
  });

  it("ends at once when it is interrupted, and so does every later one", async () => {
    const interruptible = new Interruptible();
    const waiting = interruptible.wait(never());
    interruptible.interrupt();
    assert.equal(await waiting, interrupted);
    assert.equal(await interruptible.wait(never()), interrupted);
    assert.equal(interruptible.isInterrupted, true);
  });
});
