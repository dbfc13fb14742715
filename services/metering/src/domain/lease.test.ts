import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Lease, newlyReturned, outstanding, spendable } from "./lease.ts";

const lease = (part: Partial<Lease> = {}): Lease => ({
  ...{ gateId: "gate", counterId: "counter", grantedTotal: 100n, returnedTotal: 20n },
  ...{ releasedTotal: 30n, reclaimedTotal: 0n, stranded: false, expiresInMs: 5_000, final: false },
  ...part,
});
const known = (grantedTotal: bigint, unspent: bigint) => ({
  ...{ counterId: "counter", returnedTotal: 20n },
  grantedTotal,
  unspent,
});

describe("a lease", () => {
  it("has out what was granted and came back in no way", () => {
    assert.equal(outstanding(lease()), 50n);
    assert.equal(outstanding(lease({ reclaimedTotal: 50n })), 0n);
  });

  it("takes back what is new, never more than is out, and nothing from old messages", () => {
    assert.deepEqual(
      [20n, 5n, 25n, 70n, 9_999n].map((total) => newlyReturned(lease(), total)),
      [0n, 0n, 5n, 50n, 50n],
    );
  });

  it("is spendable as far as the gate says", () => {
    assert.equal(spendable(lease(), known(100n, 35n)), 35n);
  });

  it("is spendable by what answers granted that were lost", () => {
    assert.equal(spendable(lease(), known(70n, 5n)), 35n);
    assert.equal(spendable(lease(), undefined), 50n);
  });

  it("is never spendable beyond what is out, whatever the gate says", () => {
    assert.equal(spendable(lease(), known(100n, 9_999n)), 50n);
    assert.equal(spendable(lease(), known(9_999n, 5n)), 0n);
  });
});
