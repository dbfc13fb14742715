import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { callerName, type HeadingWords, UsageHeadings } from "./usage-heading.ts";

const START_MS = Date.UTC(2026, 10, 10, 6, 30);

const callers = fc.constantFrom<HeadingWords["caller"][]>(
  undefined,
  { kind: "key", keyId: "a" },
  { kind: "key", keyId: "b" },
  { kind: "customer", customerId: "a" },
  { kind: "external-customer", externalId: "a" },
);

const words: fc.Arbitrary<HeadingWords> = fc.record({
  caller: callers,
  endpoint: fc.constantFrom("/v1/now", "/v1/{city}", ""),
  method: fc.constantFrom("GET", "POST"),
  status: fc.constantFrom(0, 200, 201, 1_023, 1_024, 1_224, 4_294_967_295),
  refused: fc.boolean(),
  timeMs: fc.constantFrom(...[0, 59_999, 60_000, 120_000, Number.NaN].map((ms) => START_MS + ms)),
});

/** All that decides where an item counts, in words. */
function textOf({ caller, endpoint, method, status, refused, timeMs }: HeadingWords): string {
  const minute = Math.floor(timeMs / 60_000);
  return JSON.stringify([callerName(caller), endpoint, method, status, refused, minute]);
}

describe("the headings of a batch", () => {
  it("are one object for the same words, and never for others", () => {
    fc.assert(
      fc.property(fc.array(words, { maxLength: 50 }), (all) => {
        const headings = new UsageHeadings();
        const byWords = new Map<string, bigint>();
        const textsOf = new Map<object, string>();
        for (const one of all) {
          const heading = headings.of(one);
          const text = textOf(one);
          assert.equal(textsOf.get(heading) ?? text, text);
          textsOf.set(heading, text);
          assert.equal(byWords.get(text) ?? heading.hash, heading.hash);
          byWords.set(text, heading.hash);
          const isWell = heading.fault === undefined && !Number.isNaN(heading.minute);
          if (isWell) assert.equal(headings.of(one), heading);
        }
        assert.equal(new Set(byWords.values()).size, byWords.size);
      }),
    );
  });
});
