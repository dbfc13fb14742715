import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  isOvertaken,
  type Lease,
  outstanding,
  spendable,
  withoutUnheard,
  withReturned,
} from "./lease.ts";

const lease = (part: Partial<Lease> = {}): Lease => ({
  ...{ gateId: "gate", counterId: "counter", grantedTotal: 100n, returnedTotal: 20n },
  ...{ releasedTotal: 30n, reclaimed: 0n, stranded: false, expiresInMs: 5_000, final: false },
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
    assert.equal(outstanding(lease({ reclaimed: 50n })), 0n);
  });

  it("takes back what is new, never more than is out, and nothing from old messages", () => {
    assert.deepEqual(
      [20n, 5n, 25n, 70n, 9_999n].map((total) => withReturned(lease(), total).returnedTotal),
      [20n, 20n, 25n, 70n, 70n],
    );
  });

  it("takes back what was reclaimed first: only what came after it is out", () => {
    const returned = (total: bigint) => {
      const after = withReturned(lease({ reclaimed: 40n }), total);
      return [after.reclaimed, outstanding(after)];
    };
    assert.deepEqual(returned(50n), [10n, 10n]);
    assert.deepEqual(returned(65n), [0n, 5n]);
    assert.deepEqual(returned(9_999n), [0n, 0n]);
  });

  it("was never granted what was reclaimed before its gate heard of it", () => {
    const told = (reclaimed: bigint, heard: bigint) => {
      const after = withoutUnheard(lease({ reclaimed }), known(heard, 0n));
      return [after.grantedTotal, after.reclaimed, outstanding(after)];
    };
    assert.deepEqual(told(50n, 70n), [70n, 20n, 0n]);
    assert.deepEqual(told(10n, 70n), [90n, 0n, 40n]);
    assert.deepEqual(told(50n, 100n), [100n, 50n, 0n]);
    assert.equal(withoutUnheard(lease({ reclaimed: 50n }), undefined).grantedTotal, 50n);
  });

  it("is overtaken by its gate only if that would spend what was reclaimed", () => {
    assert.ok(isOvertaken(lease({ reclaimed: 50n }), known(100n, 1n)));
    assert.ok(!isOvertaken(lease({ reclaimed: 20n }), known(100n, 30n)));
    assert.ok(!isOvertaken(lease(), known(100n, 60n)), "an old message");
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
