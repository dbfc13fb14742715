import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DomainError } from "@tollbook/domain";
import { inJsonNames } from "./json-names.ts";

const renamed = (field: string): string | undefined => {
  const violations = [{ field, reason: "EMPTY", description: "Say it." }];
  const error = inJsonNames(new DomainError("invalid", "R", "No.", {}, { violations }));
  return (error as DomainError).violations?.[0]?.field;
};

describe("a field a service complains of", () => {
  it("has its JSON name over HTTP, and keys of maps keep theirs", () => {
    assert.equal(renamed("customer.external_id"), "customer.externalId");
    assert.equal(renamed("limits[0].rate_per_second_milli"), "limits[0].ratePerSecondMilli");
    assert.equal(renamed("metadata[my_key].some_part"), "metadata[my_key].somePart");
    assert.equal(renamed("__proto__"), "__proto__");
  });

  it("has it in the sentence too", () => {
    const violations = [{ field: "a[0].package_units", reason: "R", description: "At least 1." }];
    const sentence = "a[0].package_units: At least 1.";
    const error = inJsonNames(new DomainError("invalid", "R", sentence, {}, { violations }));
    assert.equal((error as DomainError).message, "a[0].packageUnits: At least 1.");
  });
});
