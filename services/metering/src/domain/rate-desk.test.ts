import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { MICRO } from "./rate-bucket.ts";
import { RateDesk, type RateShare, type ShareRow } from "./rate-desk.ts";

const SECOND_US = 1_000_000n;
/** 100 calls a second, 20 at once. */
const RATE = { perMinuteMilli: 100n * 60_000n, burst: 20n };

/** A bucket that is opened for each message, as metering does. */
class Bucket {
  rate = RATE;
  nowUs = 0n;
  #level = { micro: RATE.burst * MICRO, atUs: 0n };
  #shares = new Map<string, ShareRow>();

  ask(gateId: string, held: { number?: bigint; demand?: number; wanted?: number } = {}): RateShare {
    const { number = 0n, demand = 0, wanted = 0 } = held;
    return this.#open(gateId, (desk) =>
      desk.offer(gateId, {
        ...{ bucketId: "b", number, returnedMicro: 0n, wantedCalls: BigInt(wanted) },
        demand: BigInt(demand) * 60_000n,
      }),
    );
  }

  giveBack(gateId: string, number: bigint, calls: number): void {
    this.#open(gateId, (desk) => desk.giveBack(gateId, number, BigInt(calls) * MICRO));
  }

  get shown() {
    return this.#desk();
  }

  #desk(): RateDesk {
    return new RateDesk("b", this.rate, this.#level, [...this.#shares.values()], this.nowUs);
  }

  #open<T>(gateId: string, work: (desk: RateDesk) => T): T {
    const desk = this.#desk();
    const answer = work(desk);
    this.#level = desk.level;
    const share = desk.share(gateId);
    if (share !== undefined) this.#shares.set(gateId, share);
    return answer;
  }
}

const perSecond = ({ perMinuteMilli }: { perMinuteMilli: bigint }) =>
  Number(perMinuteMilli) / 60_000;

describe("shares of a rate", () => {
  it("of one gate follow its demand, and calls come as they are wanted", () => {
    const bucket = new Bucket();
    const share = bucket.ask("a", { demand: 30, wanted: 5 });
    assert.ok(perSecond(share) >= 37 && perSecond(share) <= 40, `${perSecond(share)} a second`);
    assert.equal(share.grantedMicro >= 5n * MICRO, true);
    assert.equal(share.askAgainAfterMs, 0);
  });

  it("are never more than the rate and the burst together, and nobody who asks is forgotten", () => {
    const bucket = new Bucket();
    const numbers = new Map<string, bigint>();
    for (let round = 0; round < 6; round += 1) {
      for (const gate of ["a", "b", "c"]) {
        const share = bucket.ask(gate, { number: numbers.get(gate) ?? 0n, demand: 200, wanted: 9 });
        numbers.set(gate, share.number);
        const { perMinuteMilli, burst } = bucket.shown.shared;
        assert.ok(perMinuteMilli <= RATE.perMinuteMilli && burst <= RATE.burst);
      }
      bucket.nowUs += SECOND_US / 2n;
    }
    const { perMinuteMilli, shares } = bucket.shown.shared;
    assert.equal(shares, 3);
    assert.ok(perSecond({ perMinuteMilli }) > 95, "nothing lies idle while it is wanted");
  });

  it("move with demand within seconds: who needs little keeps little, who needs much gets it", () => {
    const bucket = new Bucket();
    const numbers = new Map<string, bigint>();
    const ask = (gate: string, demand: number) => {
      const share = bucket.ask(gate, { number: numbers.get(gate) ?? 0n, demand, wanted: 1 });
      numbers.set(gate, share.number);
      return perSecond(share);
    };
    let [few, many] = [0, 0];
    for (let round = 0; round < 4; round += 1, bucket.nowUs += SECOND_US / 2n) {
      few = ask("a", 10);
      many = ask("b", 500);
    }
    assert.ok(few < 20 && many > 80, `${few} and ${many} a second`);
    for (let round = 0; round < 4; round += 1, bucket.nowUs += SECOND_US / 2n) {
      few = ask("b", 10);
      many = ask("a", 500);
    }
    assert.ok(few < 20 && many > 80, `${few} and ${many} a second`);
  });

  it("shrink only when the gate has confirmed it, or is silent for two seconds", () => {
    const bucket = new Bucket();
    const first = bucket.ask("a", { demand: 1_000, wanted: 20 });
    assert.equal(perSecond(first), 100);
    bucket.nowUs += SECOND_US / 10n;
    bucket.ask("a", { number: first.number, demand: 10 });
    // Its answer may be lost: until it speaks of it, "a" may go on as before.
    assert.equal(perSecond(bucket.ask("b", { demand: 500, wanted: 5 })), 0);
    bucket.nowUs += 2n * SECOND_US;
    assert.ok(perSecond(bucket.ask("b", { demand: 500, wanted: 5 })) > 90);
  });

  it("are free at once when they are given back, with the calls left in them, and only once", () => {
    const bucket = new Bucket();
    const { number, grantedMicro } = bucket.ask("a", { demand: 1_000, wanted: 20 });
    assert.equal(grantedMicro, 20n * MICRO);
    bucket.giveBack("a", number, 15);
    bucket.giveBack("a", number, 15);
    const { grantedMicro: again } = bucket.ask("b", { demand: 10, wanted: 20 });
    assert.equal(again, 15n * MICRO);
  });

  it("go round when there are more gates than the burst has calls", () => {
    const bucket = new Bucket();
    bucket.rate = { perMinuteMilli: 600_000n, burst: 2n };
    const gates = ["a", "b", "c", "d", "e"];
    const numbers = new Map<string, bigint>();
    const turns = new Map<string, number>();
    for (let round = 0; round < 100; round += 1) {
      for (const gate of gates) {
        const share = bucket.ask(gate, { number: numbers.get(gate) ?? 0n, demand: 50, wanted: 1 });
        numbers.set(gate, share.number);
        if (share.burst > 0n) turns.set(gate, (turns.get(gate) ?? 0) + 1);
      }
      assert.ok(bucket.shown.shared.burst <= 2n);
      bucket.nowUs += SECOND_US / 5n;
    }
    for (const gate of gates)
      assert.ok((turns.get(gate) ?? 0) >= 10, `${gate}: ${turns.get(gate)}`);
  });

  it("that ended by themselves leave the bucket what filled it meanwhile, and no more", () => {
    const bucket = new Bucket();
    bucket.ask("a", { demand: 1_000, wanted: 20 });
    bucket.nowUs += 2n * SECOND_US;
    assert.equal(bucket.shown.freeCalls, 0n, "the whole rate was the gate's");
    bucket.nowUs += SECOND_US / 10n;
    assert.equal(bucket.shown.freeCalls, 10n);
    bucket.nowUs += 10n * SECOND_US;
    assert.equal(bucket.shown.freeCalls, 20n);
  });

  it("of a rate that was lowered shrink below what gates hold, and never below nothing", () => {
    const bucket = new Bucket();
    const { number } = bucket.ask("a", { demand: 1_000, wanted: 20 });
    bucket.rate = { perMinuteMilli: 60_000n, burst: 1n };
    const { perMinuteMilli, burst } = bucket.ask("a", { number, demand: 1_000, wanted: 5 });
    assert.deepEqual([perMinuteMilli, burst], [60_000n, 1n]);
    assert.equal(bucket.ask("b", { demand: 1, wanted: 1 }).burst, 0n);
  });
});
