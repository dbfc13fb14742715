import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DomainError } from "./domain-error.ts";
import { parseId } from "./id.ts";
import { money } from "./money.ts";
import { VIOLATIONS_MAX, Violations } from "./violations.ts";

function thrownBy(act: () => void): DomainError {
  try {
    act();
  } catch (error) {
    assert.ok(error instanceof DomainError);
    return error;
  }
  throw new Error("nothing was thrown");
}

describe("Violations", () => {
  it("throws nothing when nothing is wrong", () => new Violations().throwIfAny());

  it("throws everything that is wrong, at once", () => {
    const violations = new Violations();
    violations.add("name", "NAME_EMPTY", "Give it a name.");
    violations.add("email", "EMAIL_MALFORMED", "That is no e-mail address.");
    const error = thrownBy(() => violations.throwIfAny());
    assert.equal(error.kind, "invalid");
    assert.equal(error.reason, "INVALID_REQUEST");
    assert.equal(error.message, "name: Give it a name. And 1 more.");
    assert.deepEqual(
      error.violations?.map(({ field }) => field),
      ["name", "email"],
    );
  });

  it("says the reason and sentence it is given", () => {
    const violations = new Violations();
    violations.add("tiers[1]", "TIER_GAP", "It must start where the last one ends.");
    const error = thrownBy(() => violations.throwIfAny("PLAN_INVALID", "The plan has faults."));
    assert.equal(error.reason, "PLAN_INVALID");
    assert.equal(error.message, "The plan has faults.");
  });

  it("collects what parsers refuse, and goes on", () => {
    const violations = new Violations();
    const id = violations.attempt(() => parseId("x", "customer_id"), "");
    const price = violations.attempt(() => money("INR", "-", "price"));
    const fine = violations.attempt(() => money("INR", "1", "price"));
    assert.equal(id, "");
    assert.equal(price, undefined);
    assert.equal(fine?.amount.toString(), "1");
    assert.deepEqual(
      violations.list.map(({ field, reason }) => `${field} ${reason}`),
      ["customer_id ID_MALFORMED", "price.amount DECIMAL_MALFORMED"],
    );
  });

  it("lets bugs through", () => {
    const bug = () => new Violations().attempt(() => assert.fail("a bug"));
    assert.throws(bug, { message: "a bug" });
  });

  it("keeps a bounded number of sentences and counts the rest", () => {
    const violations = new Violations();
    for (let item = 0; item < 10_000; item += 1) {
      violations.add(`events[${item}]`, "UNITS_NEGATIVE", "Units are never negative.");
    }
    assert.equal(violations.count, 10_000);
    const error = thrownBy(() => violations.throwIfAny());
    assert.equal(error.violations?.length, VIOLATIONS_MAX);
    assert.deepEqual(error.metadata, { violations: "10000" });
  });
});
