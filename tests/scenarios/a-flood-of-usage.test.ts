import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { needs } from "@tollbook/testing";
import { floodMetering } from "../wire/flood-metering.ts";

const flood = { batches: 24, events: 3_000, connections: 3, intakeBytes: 2 * 1_048_576 };
/** Generous: `npm run soak -- flood` has the real bound. */
const peakMibMax = 300;

describe("a flood of usage, more than is taken on at once", needs("postgres", "nats"), () => {
  it("is turned away for a moment, and counted to the last call when it comes again", async () => {
    const { counted, duplicates, refusals, peakMib } = await floodMetering(flood);
    assert.deepEqual([counted, duplicates], [BigInt(flood.batches * flood.events), 0n]);
    assert.ok((refusals.get("USAGE_BACKLOG") ?? 0) > 0, "nothing was turned away");
    assert.ok(peakMib <= peakMibMax, `${Math.round(peakMib)} MB at most`);
  });
});
