import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DomainError, invalidField } from "./domain-error.ts";

describe("DomainError", () => {
  it("carries kind, reason, sentence and metadata", () => {
    const error = new DomainError("not-found", "METER_NOT_FOUND", "There is no meter m.", {
      meterId: "m",
    });
    assert.ok(error instanceof Error);
    assert.equal(error.name, "DomainError");
    assert.equal(error.kind, "not-found");
    assert.equal(error.reason, "METER_NOT_FOUND");
    assert.equal(error.message, "There is no meter m.");
    assert.deepEqual(error.metadata, { meterId: "m" });
    assert.equal("cause" in error, false);
  });

  it("carries what a door needs to say more, and the cause for the log", () => {
    const cause = new Error("ECONNREFUSED");
    const quota = [{ subject: "customer:abc", description: "1,000 of 1,000 used." }];
    const error = new DomainError(
      "exhausted",
      "QUOTA_EXHAUSTED",
      "Used up.",
      {},
      {
        retryAfterMs: 5_000,
        quota,
        cause,
      },
    );
    assert.equal(error.retryAfterMs, 5_000);
    assert.deepEqual(error.quota, quota);
    assert.equal(error.cause, cause);
    assert.equal(error.violations, undefined);
  });
});

describe("invalidField", () => {
  it("names the field in the sentence, the metadata and the violation", () => {
    const error = invalidField("email", "EMAIL_MALFORMED", "That is no e-mail address.");
    assert.equal(error.kind, "invalid");
    assert.equal(error.message, "email: That is no e-mail address.");
    assert.deepEqual(error.metadata, { field: "email" });
    assert.deepEqual(error.violations, [
      { field: "email", reason: "EMAIL_MALFORMED", description: "That is no e-mail address." },
    ]);
  });
});
