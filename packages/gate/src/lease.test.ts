import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { GATE_DEFAULTS } from "./gate-settings.ts";
import { Lease } from "./lease.ts";

/** A lease of 10 units on a window [0, 1,000), granted for 500 ms by an ask sent at 100. */
function lease(): Lease {
  const lease = new Lease("counter", 0, 1_000, 0);
  lease.granted(10n, 500, 100, 120);
  return lease;
}

describe("a lease", () => {
  it("counts down from before it was asked for", () => {
    assert.ok(lease().covers(10, 599, 0));
    assert.ok(!lease().covers(10, 600, 0));
  });

  it("ends with its window, which is not included", () => {
    assert.ok(lease().covers(1, 200, 999));
    assert.ok(!lease().covers(1, 200, 1_000));
  });

  it("covers no more than is unspent", () => {
    assert.ok(!lease().covers(11, 200, 0));
  });

  it("believes the greatest total it was told, in whatever order answers come", () => {
    const one = lease();
    one.granted(25n, 500, 150, 160);
    one.granted(10n, 500, 100, 170);
    assert.equal(one.unspent, 25);
  });

  it("is never shortened by an answer that is late", () => {
    const one = lease();
    one.granted(10n, 500, 300, 310);
    one.granted(10n, 500, 200, 320);
    assert.ok(one.covers(1, 799, 0));
  });

  it("counts what lapsed as given back, and never spends it again", () => {
    const one = lease();
    one.unspent -= 3;
    one.granted(14n, 500, 700, 710);
    assert.equal(one.unspent, 4);
    assert.deepEqual(one.known(), {
      counterId: "counter",
      grantedTotal: 14n,
      returnedTotal: 7n,
      unspent: 4n,
    });
    assert.equal(one.taken, 3);
  });

  it("is granted nothing by an answer that comes after its own end", () => {
    const one = new Lease("counter", 0, 1_000, 0);
    one.granted(10n, 500, 100, 601);
    assert.equal(one.unspent, 0);
    assert.deepEqual([one.known().grantedTotal, one.returnedTotal], [0n, 0n]);
    one.granted(4n, 500, 650, 660);
    assert.equal(one.unspent, 4, "what was given to others meanwhile is in no newer answer");
  });

  it("ends when metering says it has ended", () => {
    const one = lease();
    one.granted(10n, 0, 150, 160);
    assert.ok(!one.covers(1, 170, 0));
    assert.equal(one.returnedTotal, 10n);
  });

  it("gives back at once whatever comes after it was closed", () => {
    const one = lease();
    one.close();
    one.granted(30n, 500, 150, 160);
    assert.equal(one.unspent, 0);
    assert.equal(one.returnedTotal, 30n);
  });

  it("keeps of a grant only what a number can count, and gives the rest back", () => {
    const one = lease();
    one.granted(2n ** 60n, 500, 150, 160);
    assert.equal(one.unspent, Number.MAX_SAFE_INTEGER);
    assert.equal(one.known().returnedTotal, 2n ** 60n - BigInt(Number.MAX_SAFE_INTEGER));
  });

  it("gives back in the tail what was not needed within 200 ms, and keeps what was", () => {
    const one = lease();
    one.tail = true;
    one.unspent -= 4;
    one.sweep(300, 0, GATE_DEFAULTS);
    assert.equal(one.unspent, 6, "not yet");
    one.sweep(330, 0, GATE_DEFAULTS);
    assert.equal(one.unspent, 0);
    assert.equal(one.returnedTotal, 6n);
  });

  it("keeps units that are being spent", () => {
    const one = new Lease("counter", 0, 1e9, 0);
    one.granted(100n, 60_000, 0, 0);
    for (let now = 0; now < 9_000; now += 100) {
      one.unspent -= 1;
      one.sweep(now, 0, GATE_DEFAULTS);
    }
    assert.equal(one.taken, 90);
    assert.ok(one.unspent <= 10 && one.returnedTotal <= 70n);
  });

  it("reports what it gave back until metering has confirmed it", () => {
    const one = lease();
    one.giveBack(4);
    assert.ok(one.unreported);
    one.reported(4n);
    assert.ok(!one.unreported);
    one.reported(0n);
    assert.ok(!one.unreported, "an older confirmation changes nothing");
  });
});
