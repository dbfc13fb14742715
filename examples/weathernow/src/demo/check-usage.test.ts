import assert from "node:assert/strict";
import { describe, it, mock } from "node:test";
import { checkUsage } from "./check-usage.ts";
import { Checks } from "./checks.ts";
import { Ledger, type Line } from "./ledger.ts";
import { allowedCalls, callOf, castOf, freeCalls, triedCalls } from "./story.ts";

const customers = castOf(true).map((caller) => ({ ...caller, customerId: "", key: "" }));

/** What callers see when everything goes as it should. */
function flawless(): Ledger {
  const ledger = new Ledger();
  for (const customer of customers) {
    for (let index = 0; index < triedCalls(customer); index += 1) {
      const { endpoint, path } = callOf(customer, index);
      const passes = index < allowedCalls(customer);
      const status = passes ? (path.endsWith("atlantis") ? 404 : 200) : 429;
      ledger.note(customer.externalId, endpoint, status);
    }
  }
  return ledger;
}

/** What is said in red of usage that differs from what callers saw. */
function complaints(change: (counted: Line[]) => void, ledger = flawless()): string[] {
  const said = mock.method(console, "error", () => {});
  const checks = new Checks();
  const counted = ledger.lines.map((line) => ({ ...line }));
  change(counted);
  checkUsage(checks, customers, counted, ledger);
  said.mock.restore();
  const lines = said.mock.calls.map(({ arguments: [line] }) => String(line));
  assert.equal(checks.failed, lines.length);
  return lines;
}

describe("checkUsage", () => {
  it("has nothing to say when every call is counted once", () => {
    assert.deepEqual(
      complaints(() => {}),
      [],
    );
  });

  const faults: [name: string, change: (line: Line) => void, words: RegExp][] = [
    [
      "a lost call",
      (line) => (line.calls -= 1),
      /calls that went through: expected 2000, found 1999/,
    ],
    ["a call counted twice", (line) => (line.calls += 1), /expected 2000, found 2001/],
    ["a refusal out of nowhere", (line) => (line.refused += 1), /refused, .* expected 0, found 1/],
    ["another customer's call", (line) => (line.externalId = "xyz"), /XYZ Mobile App/],
    ["a raw path", (line) => (line.endpoint = "/v1/forecast/pune"), /anything but .* found 1/],
    ["another status", (line) => (line.statusClass = 5), /5xx, as its caller saw it: expected 0/],
  ];
  for (const [name, change, words] of faults) {
    it(`finds ${name}`, () => {
      const said = complaints((counted) => {
        const line = counted.find(({ externalId }) => externalId === "abc");
        if (line) change(line);
      });
      assert.ok(
        said.some((each) => words.test(each)),
        said.join("\n"),
      );
    });
  }

  it("takes a 503 for refused or for not counted, and nothing else for it", () => {
    const ledger = flawless();
    ledger.note("free-rider", "/v1/current/{city}", 503);
    const refused = (more: number) => (counted: Line[]) => {
      const line = counted.find((each) => each.externalId === "free-rider" && each.refused > 0);
      if (line) line.refused += more;
    };
    const same = (counted: Line[]) => counted.length;
    assert.deepEqual(complaints(same, ledger), []);
    assert.equal(complaints(refused(2), ledger).length, 1);
  });
});

describe("the cast", () => {
  it("is the mission's", () => {
    const [abc, xyz, freeRider] = castOf(false);
    assert.deepEqual([abc, xyz, freeRider].map(triedCalls), [20_000, 150_000, 1_500]);
    assert.deepEqual([abc, xyz, freeRider].map(allowedCalls), [20_000, 150_000, freeCalls]);
  });
});
