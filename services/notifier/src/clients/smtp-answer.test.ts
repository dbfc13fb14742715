import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isAway, outcomeOf, takenBy } from "./smtp-answer.ts";

const message = "whatever nodemailer calls it";
const reply = (command: string, responseCode: number, response: string) => ({
  message,
  command,
  responseCode,
  response,
  permanent: responseCode >= 500 && responseCode !== 503,
});

describe("what a mail server answers", () => {
  const cases = [
    ["an unknown address gives it up", reply("RCPT TO", 550, "550 5.1.1 No such user"), "refused"],
    ["a refused message gives it up", reply("DATA", 554, "554 5.7.1 Spam"), "refused"],
    ["greylisting is for later", reply("RCPT TO", 451, "451 4.7.1 Come back"), "later"],
    ["a full mailbox is for later", reply("DATA", 452, "452 4.2.2 Full"), "later"],
    ["a lost place in the session is for later", reply("DATA", 503, "503 Order"), "later"],
  ] as const;
  for (const [promise, fault, kind] of cases) {
    it(`${promise}, in its own words`, () => {
      assert.deepEqual(outcomeOf(fault), { kind, answer: fault.response });
    });
  }

  it("an address that could not even be offered gives it up", () => {
    const fault = { message: "Internationalized mailbox name not allowed", code: "EENVELOPE" };
    assert.equal(outcomeOf(fault).kind, "refused");
  });

  it("wrong credentials are for later, and nobody's business but the operator's", () => {
    const fault = { ...reply("AUTH PLAIN", 535, "535 5.7.8 user bob"), code: "EAUTH" };
    assert.deepEqual(outcomeOf(fault), {
      kind: "later",
      answer: "The mail server cannot be used right now.",
    });
  });

  it("a server that is away is for later, without the names of our hosts", () => {
    const fault = { message: "connect ECONNREFUSED 10.0.0.7:25", code: "ESOCKET" };
    assert.deepEqual(outcomeOf(fault), {
      kind: "later",
      answer: "The mail server cannot be reached right now.",
    });
    assert.equal(isAway(fault), true);
  });

  it("a reply about one message says nothing of the server's health, except 421", () => {
    assert.equal(isAway(reply("RCPT TO", 550, "550 No")), false);
    assert.equal(isAway(reply("MAIL FROM", 421, "421 Too busy")), true);
  });

  it("is kept as one bounded line", () => {
    const { answer } = takenBy(`250-First\r\n250 ${"x".repeat(500)}`);
    assert.equal(answer.length, 300);
    assert.doesNotMatch(answer, /[\r\n]/);
  });
});
