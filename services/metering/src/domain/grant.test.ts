import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type AskedLimit, askAgainAfterMs, grant, roomOf } from "./grant.ts";

const counter = (consumed: bigint, leased = 0n, stranded = 0n) => ({ consumed, leased, stranded });
const lease = (unspent = 0n, closed = false) => ({ unspent, added: 0n, closed });
const limit = (refusesAt: bigint | undefined, consumed = 0n, unspent = 0n, cost = 1n) => {
  const limit: AskedLimit = {
    counter: counter(consumed, unspent),
    lease: lease(unspent),
    refusesAt,
    cost,
  };
  return limit;
};

describe("a grant", () => {
  it("is what is wanted while there is room, and tops the lease up to it", () => {
    const one = limit(100n, 10n, 4n);
    assert.equal(grant(20n, [one]), 20n);
    assert.deepEqual([one.lease.added, one.lease.unspent, one.counter.leased], [16n, 20n, 20n]);
  });

  it("is what fits, the gate's unspent units included", () => {
    const one = limit(100n, 90n, 4n);
    assert.equal(grant(50n, [one]), 10n);
    assert.equal(one.lease.added, 6n);
  });

  it("adds nothing to a lease that holds enough", () => {
    const one = limit(100n, 0n, 30n);
    assert.equal(grant(20n, [one]), 20n);
    assert.equal(one.lease.added, 0n);
  });

  it("is the least of all limits, and tops every lease up to just that", () => {
    const [month, day] = [limit(1_000n, 0n), limit(10n, 7n)];
    assert.equal(grant(50n, [month, day]), 3n);
    assert.deepEqual([month.lease.added, day.lease.added], [3n, 3n]);
  });

  it("refused by one limit takes nothing of the others", () => {
    const [month, day] = [limit(1_000n), limit(10n, 10n)];
    assert.equal(grant(50n, [month, day]), 0n);
    assert.deepEqual([month.lease.added, month.counter.leased], [0n, 0n]);
  });

  it("counts a call by what it costs on each limit, in whole calls", () => {
    const [calls, units] = [limit(1_000n), limit(99n, 0n, 0n, 5n)];
    assert.equal(grant(50n, [calls, units]), 19n);
    assert.deepEqual([calls.lease.added, units.lease.added], [19n, 95n]);
  });

  it("is not held back by soft limits or calls that cost nothing", () => {
    assert.equal(grant(50n, [limit(undefined, 500n), limit(1n, 5n, 0n, 0n)]), 50n);
  });

  it("sells nothing that is stranded, and nothing past a limit that was lowered", () => {
    const stranded = { ...limit(100n), counter: counter(40n, 10n, 30n) };
    assert.equal(grant(50n, [stranded]), 20n);
    assert.equal(grant(50n, [limit(100n, 400n)]), 0n);
    assert.equal(roomOf(counter(400n), 100n), 0n);
  });

  it("of a gate that takes no more is only what it has", () => {
    const one = { ...limit(100n), lease: lease(3n, true), counter: counter(0n, 3n) };
    assert.equal(grant(50n, [one]), 3n);
    assert.equal(one.lease.added, 0n);
  });

  it("for limits on one counter takes from it once", () => {
    const [shared, held] = [counter(0n), lease()];
    const parts = [80n, 100n].map((refusesAt) => {
      return { counter: shared, lease: held, refusesAt, cost: 1n };
    });
    assert.equal(grant(90n, parts), 80n);
    assert.deepEqual([shared.leased, held.added], [80n, 80n]);
  });
});

describe("a gate that got less than it wanted", () => {
  const settings = { askAgainSoonMs: 100, askAgainLateMs: 2_000 };
  const after = (inTheWay: { leased: bigint; endsInMs: number }[]) => {
    return askAgainAfterMs(inTheWay, settings);
  };

  it("comes back soon while units are out, later when all are consumed", () => {
    assert.equal(after([{ leased: 5n, endsInMs: 9_999 }]), 100);
    assert.equal(after([{ leased: 0n, endsInMs: 9_999 }]), 2_000);
    const both = [0n, 5n].map((leased) => ({ leased, endsInMs: 9_999 }));
    assert.equal(after(both), 100);
  });

  it("comes back when the window ends, if that is sooner", () => {
    assert.equal(after([{ leased: 0n, endsInMs: 700 }]), 700);
    assert.equal(after([{ leased: 0n, endsInMs: -3 }]), 1);
  });
});
