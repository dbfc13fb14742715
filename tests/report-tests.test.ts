import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { reportTests } from "./report-tests.ts";

const file = "/checkout/a.test.ts";
const counts = { tests: 3, suites: 1, passed: 1, failed: 1, cancelled: 0, skipped: 1, todo: 0 };
const summary = (success: boolean, of = {}) => ({
  type: "test:summary",
  data: { success, duration_ms: 12, counts: { ...counts, ...of } },
});
const named = (type: string, testId: number, parentId: number, name: string, more = {}) => ({
  type,
  data: { file, line: 7, nesting: parentId === 0 ? 0 : 1, name, testId, parentId, ...more },
});

async function report(...events: object[]) {
  const said: string[] = [];
  async function* stream() {
    yield* events;
  }
  const run = await reportTests(stream(), (text) => said.push(text));
  return { ...run, said: said.join("\n") };
}

describe("the report of a test run", () => {
  it("is silent about what passed and what it printed, but for the counts", async () => {
    const { ok, said } = await report(
      named("test:stdout", 1, 0, "", { message: "chatter" }),
      named("test:start", 1, 0, "a"),
      named("test:pass", 1, 0, "a"),
      summary(true, { failed: 0, skipped: 0 }),
    );
    assert.equal(ok, true);
    assert.doesNotMatch(said, /chatter/);
    assert.match(said, /^ℹ tests 3\nℹ suites 1\nℹ pass 1\nℹ fail 0\n/);
  });

  it("names a failure with its suites, its place, its error and what its file printed", async () => {
    const cause = new Error("one is not two");
    const error = Object.assign(new Error(""), { failureType: "testCodeFailure", cause });
    const { ok, said } = await report(
      named("test:stderr", 2, 1, "", { message: "a hint" }),
      named("test:start", 1, 0, "the relay"),
      named("test:start", 2, 1, "publishes"),
      named("test:fail", 2, 1, "publishes", { details: { error } }),
      named("test:fail", 1, 0, "the relay", {
        details: { error: Object.assign(new Error(""), { failureType: "subtestsFailed" }) },
      }),
      summary(false),
    );
    assert.equal(ok, false);
    assert.match(said, /✖ the relay › publishes\n {2}at \/checkout\/a\.test\.ts:7\n/);
    assert.match(said, /one is not two/);
    assert.match(said, /its file printed:\n {4}a hint/);
    assert.equal(said.match(/✖/g)?.length, 1);
  });

  it("names what was skipped, with the reason", async () => {
    const { skipped, said } = await report(
      named("test:start", 1, 0, "the relay"),
      named("test:pass", 1, 0, "the relay", { skip: "without nats: none found" }),
      summary(true),
    );
    assert.deepEqual(skipped, ["the relay (without nats: none found)"]);
    assert.match(said, /﹣ skipped: the relay \(without nats: none found\)/);
  });

  it("is not content when the run ended without its summary", async () => {
    const { ok } = await report(named("test:pass", 1, 0, "a"));
    assert.equal(ok, false);
  });
});
