import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DomainError, type ErrorKind } from "@tollbook/domain";
import { methodNotAllowed } from "./http-refusal.ts";
import { problemOf } from "./problem.ts";

const table: [ErrorKind, string, number][] = [
  ["invalid", "INVALID_REQUEST", 400],
  ["unauthenticated", "CREDENTIAL_MISSING", 401],
  ["failed-precondition", "PAYMENT_REQUIRED", 402],
  ["permission-denied", "SCOPE_MISSING", 403],
  ["not-found", "CUSTOMER_NOT_FOUND", 404],
  ["conflict", "EMAIL_IN_USE", 409],
  ["failed-precondition", "PERIOD_NOT_OVER", 409],
  ["exhausted", "QUOTA_EXHAUSTED", 429],
  ["internal", "INTERNAL", 500],
  ["unimplemented", "UNIMPLEMENTED", 501],
  ["unavailable", "UNAVAILABLE", 503],
  ["unavailable", "DEADLINE_EXCEEDED", 504],
];

describe("an error over HTTP", () => {
  for (const [kind, reason, status] of table) {
    it(`is ${status} when a service says ${kind} ${reason}`, () => {
      const { problem } = problemOf(new DomainError(kind, reason, "A sentence."));
      assert.equal(problem.status, status);
      assert.equal(problem.reason, reason);
    });
  }

  it("keeps the sentence, the metadata and every violation", () => {
    const violations = [{ field: "name", reason: "EMPTY", description: "Say it." }];
    const { problem } = problemOf(
      new DomainError("invalid", "INVALID_REQUEST", "Two faults.", { a: "b" }, { violations }),
    );
    assert.equal(problem.detail, "Two faults.");
    assert.deepEqual(problem.metadata, { a: "b" });
    assert.deepEqual(problem.violations, violations);
  });

  it("is of the registered type when a quota is used up, and says when to come back", () => {
    const quota = [{ subject: "customer:abc", description: "monthly calls" }];
    const { problem, headers } = problemOf(
      new DomainError("exhausted", "QUOTA", "Used up.", {}, { quota, retryAfterMs: 1_200 }),
    );
    assert.match(problem.type, /#quota-exceeded$/);
    assert.deepEqual(problem["violated-policies"], [
      { name: "customer:abc", detail: "monthly calls" },
    ]);
    assert.equal(headers["retry-after"], "2");
  });

  it("asks to try again when a service is down, and for a credential when there was none", () => {
    const down = problemOf(new DomainError("unavailable", "UNAVAILABLE", "Down."));
    assert.equal(down.headers["retry-after"], "1");
    const anonymous = problemOf(new DomainError("unauthenticated", "CREDENTIAL_MISSING", "Who?"));
    assert.match(anonymous.headers["www-authenticate"] ?? "", /^Bearer/);
  });

  it("says nothing about a bug", () => {
    const { problem, unexpected } = problemOf(new TypeError("secret is undefined"));
    assert.equal(problem.status, 500);
    assert.equal(unexpected, true);
    assert.doesNotMatch(JSON.stringify(problem), /secret/);
  });

  it("lists the methods that are offered", () => {
    const { headers, problem } = problemOf(methodNotAllowed("PUT", ["GET", "HEAD", "POST"]));
    assert.equal(problem.status, 405);
    assert.equal(headers.allow, "GET, HEAD, POST");
  });
});
