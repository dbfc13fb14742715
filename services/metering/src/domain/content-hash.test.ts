import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { reported, type TestItem } from "../../tests/test-item.ts";
import { contentSha256 } from "./content-hash.ts";
import type { Hold, ReportedItem } from "./usage-item.ts";

const hold: Hold = { gateId: "a gate", units: [{ counterId: "a counter", units: 1n }] };

const said: TestItem = {
  ...{ kind: "event", index: 0, eventId: "an id", foreign: false },
  caller: { kind: "key", keyId: "a key" },
  ...{ endpoint: "/v1/forecast/{city}", method: "GET", status: 200 },
  time: new Date("2026-11-10T06:30:00Z"),
  ...{ count: 1n, units: 1n, requestBytes: 100n, responseBytes: 900n, latency: [[3, 1]] },
  ...{ properties: { city: "Pune", tier: "gold" }, refused: false, hold, corrects: undefined },
};

function itemOf(more: Partial<TestItem> = {}): ReportedItem {
  return reported({ ...said, ...more });
}

const hashOf = (item: ReportedItem) =>
  contentSha256({ recorderId: "a recorder", holds: [hold], items: [item] }).toString("hex");

describe("the hash of what a batch says", () => {
  it("is the same for the same properties in another order", () => {
    const reordered = itemOf({ properties: { tier: "gold", city: "Pune" } });
    assert.equal(hashOf(reordered), hashOf(itemOf()));
  });

  const changes: Partial<TestItem>[] = [
    { eventId: "another id" },
    { caller: { kind: "key", keyId: "another key" } },
    { caller: { kind: "customer", customerId: "a key" } },
    { endpoint: "/v1/history" },
    { method: "POST" },
    { status: 404 },
    { time: new Date("2026-11-10T06:30:01Z") },
    { units: 2n },
    { requestBytes: 900n, responseBytes: 100n },
    { latency: [[4, 1]] },
    { latency: [[3, 2]] },
    { latency: [] },
    { properties: { city: "Pune" } },
    { refused: true },
    { hold: undefined },
    { corrects: { kind: "event", eventId: "an event" } },
    { corrects: { kind: "cell", batchId: "a batch", index: 0 } },
  ];
  for (const change of changes) {
    it(`is another for another ${Object.keys(change).join(" and ")}`, () => {
      assert.notEqual(hashOf(itemOf(change)), hashOf(itemOf()));
    });
  }
});
