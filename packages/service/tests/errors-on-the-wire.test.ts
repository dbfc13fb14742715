import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DomainError, type ErrorKind } from "@tollbook/domain";
import { echoDoor } from "./echo-service.ts";
import { startHost } from "./start-host.ts";

const kinds: ErrorKind[] = [
  "invalid",
  "unauthenticated",
  "permission-denied",
  "not-found",
  "conflict",
  "failed-precondition",
  "exhausted",
  "unavailable",
  "unimplemented",
  "internal",
];

async function throughTheWire(error: unknown): Promise<DomainError> {
  const door = echoDoor({ say: () => Promise.reject(error) });
  const { client, close } = await startHost(door);
  try {
    await client.say({ text: "" });
    throw new Error("the call was to fail");
  } catch (caught) {
    assert.ok(caught instanceof DomainError);
    return caught;
  } finally {
    await close();
  }
}

describe("an error that crosses a door", () => {
  for (const kind of kinds) {
    it(`keeps its kind ${kind}, reason, sentence and metadata`, async () => {
      const thrown = new DomainError(kind, "SOME_REASON", "100 % of ₹500 is used.", { id: "x" });
      const arrived = await throughTheWire(thrown);
      const { reason, message, metadata } = arrived;
      assert.deepEqual(
        { kind: arrived.kind, reason, message, metadata },
        { kind, reason: "SOME_REASON", message: "100 % of ₹500 is used.", metadata: { id: "x" } },
      );
    });
  }

  it("brings every violation of an invalid request", async () => {
    const violations = [
      { field: "events[0].units", reason: "TOO_LARGE", description: "Write less than 10." },
      { field: "batch_id", reason: "ID_MALFORMED", description: "Write a UUID." },
    ];
    const thrown = new DomainError(
      "invalid",
      "INVALID",
      "Two things are wrong.",
      {},
      { violations },
    );
    const arrived = await throughTheWire(thrown);
    const bare = arrived.violations?.map(({ field, reason, description }) => {
      return { field, reason, description };
    });
    assert.deepEqual(bare, violations);
  });

  it("brings the exhausted quota and when to come back", async () => {
    const quota = [{ subject: "customer:abc", description: "1,000 calls a month" }];
    const extra = { quota, retryAfterMs: 90_500 };
    const thrown = new DomainError("exhausted", "QUOTA_EXHAUSTED", "Used up.", {}, extra);
    const arrived = await throughTheWire(thrown);
    assert.equal(arrived.retryAfterMs, 90_500);
    assert.equal(arrived.quota?.[0]?.subject, "customer:abc");
    assert.equal(arrived.quota?.[0]?.description, "1,000 calls a month");
  });

  it("says nothing of an unexpected error but a trace id", async () => {
    const arrived = await throughTheWire(new Error("password of the database is hunter2"));
    assert.equal(arrived.kind, "internal");
    assert.equal(arrived.reason, "INTERNAL");
    assert.doesNotMatch(JSON.stringify({ ...arrived, message: arrived.message }), /hunter2/);
    assert.match(arrived.metadata.trace_id ?? "", /^[0-9a-f]{32}$/);
  });
});

describe("a client without a server", () => {
  it("says UNAVAILABLE in words that name no host", async () => {
    const { client, close, host } = await startHost(echoDoor());
    await host.drain(100);
    await assert.rejects(client.say({ text: "hello" }, { deadlineMs: 2_000 }), (error) => {
      assert.ok(error instanceof DomainError);
      assert.equal(error.kind, "unavailable");
      assert.doesNotMatch(error.message, /127\.0\.0\.1/);
      return true;
    });
    await close();
  });
});
