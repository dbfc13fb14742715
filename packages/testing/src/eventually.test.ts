import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { eventually } from "./eventually.ts";

describe("eventually", () => {
  it("returns the first answer of a look that does not throw", async () => {
    let looks = 0;
    const answer = await eventually(() => {
      looks += 1;
      assert.ok(looks >= 3, "too early");
      return looks;
    });
    assert.equal(answer, 3);
  });

  it("goes on while the answer is false or null", async () => {
    const answers = [false, null, "found"];
    assert.equal(await eventually(() => answers.shift() ?? null), "found");
  });

  it("is content with a look made of assertions, which answers nothing", async () => {
    assert.equal(await eventually(async () => {}), undefined);
  });

  it("throws what the last look threw, with the time waited", async () => {
    const look = () => assert.equal(1, 2, "one is not two");
    await assert.rejects(eventually(look, { withinMs: 50 }), /not within 50 ms: one is not two/);
  });

  it("does not wait for a look that hangs", async () => {
    const never = () => new Promise<void>(() => {});
    await assert.rejects(eventually(never, { withinMs: 50 }), /the look itself did not return/);
  });
});
