import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { newId } from "@tollbook/domain";
import { needs } from "@tollbook/testing";
import fc from "fast-check";
import type { LimitTerms } from "../src/domain/usage-limit.ts";
import { reconcile } from "./reconcile.ts";
import { TestAccount, type TestCustomer } from "./test-account.ts";
import { expireLeases, TestGate } from "./test-gate.ts";
import { testMetering } from "./test-metering.ts";

const metering = await testMetering();
const [DAILY, MONTHLY] = [40n, 60n];

const gateIndex = fc.nat({ max: 3 });
const step = fc.oneof(
  { weight: 3, arbitrary: gateStep("ask", "admit", "record") },
  { weight: 1, arbitrary: gateStep("lose", "give back", "stop", "kill") },
);
/** What happens at one moment happens at once, to one gate or to several. */
const moment = fc.oneof(
  { weight: 5, arbitrary: fc.array(step, { minLength: 1, maxLength: 3 }) },
  {
    weight: 2,
    arbitrary: fc.tuple(gateStep("expire", "vouch for the day", "vouch for the month")),
  },
);
const schedule = fc.array(moment, { minLength: 8, maxLength: 16, size: "max" as const });

function gateStep<Name extends string>(...names: Name[]) {
  const calls = fc.integer({ min: 1, max: 25 });
  return fc.record({ do: fc.constantFrom(...names), gate: gateIndex, calls });
}

type Step = typeof moment extends fc.Arbitrary<readonly (infer One)[]> ? One : never;

interface Gate extends TestGate {
  /** Its clocks stood still while its leases ended: it must ask before it lets a call through. */
  behind?: boolean;
  killed?: boolean;
  /** Beginnings and ends of asks whose answers were lost, and how many it has surely heard of. */
  lost: number;
  heard: number;
}

/** Gates of one customer under two limits, and what may be past each of them. */
class Run {
  readonly account = new TestAccount(metering);
  readonly customer: TestCustomer;
  readonly limits: readonly LimitTerms[];
  readonly past = [0n, 0n];
  readonly all: Gate[] = [];
  readonly gates: Gate[];
  allowed = 0n;

  constructor() {
    this.customer = this.account.customer();
    this.limits = [
      this.account.limit(this.customer, DAILY, { window: "day", name: "daily calls" }),
      this.account.limit(this.customer, MONTHLY),
    ];
    this.account.entitle(this.customer, { limits: this.limits });
    this.gates = Array.from({ length: 4 }, () => this.#join());
  }

  async take({ do: what, gate: at, calls }: Step): Promise<void> {
    const gate = this.gates[at] as Gate;
    if (what === "ask") await this.#ask(gate, calls);
    else if (what === "lose") await this.#lose(gate, calls);
    else if (what === "admit") this.#admit(gate, calls);
    else if (what === "record") await gate.record();
    else if (what === "give back") for (const id of gate.counterIds) giveAllBack(gate, id);
    else if (what === "stop") await this.#replace(at, () => this.#stop(gate));
    else if (what === "kill") await this.#replace(at, async () => (gate.killed = true));
    else if (what === "expire") await this.#expire(calls % 2 === 0);
    else await this.#vouch(what === "vouch for the day" ? 0 : 1);
  }

  /** No grant makes what is used and held exceed a limit, but for what was vouched for in vain. */
  async check(): Promise<void> {
    for (const [at, limit] of this.limits.entries()) {
      const { consumed, leased, stranded } = await this.account.quota(this.customer, limit);
      const most = limit.quota + (this.past[at] ?? 0n);
      assert.ok(consumed + leased + stranded <= most, `${limit.name}: more than ${most}`);
      assert.ok(this.allowed <= most, `${this.allowed} calls passed ${limit.name}`);
    }
  }

  /** Everything lands, everybody leaves, and whoever comes next is granted exactly what is left. */
  async end(): Promise<void> {
    for (const gate of this.all) await gate.record();
    for (const gate of this.gates) {
      await this.#ask(gate, 0);
      await gate.stop();
    }
    const quotas = await Promise.all(
      this.limits.map((limit) => this.account.quota(this.customer, limit)),
    );
    for (const { consumed, leased, stranded } of quotas) {
      assert.equal(consumed, this.allowed);
      if (!this.all.some(({ killed }) => killed)) assert.deepEqual([leased, stranded], [0n, 0n]);
    }
    const room = quotas.map(({ remaining }) => Number(remaining));
    const { grantedCalls } = await this.#join().ask(this.customer, 100);
    assert.equal(grantedCalls, Math.min(...room));
  }

  #join(): Gate {
    const gate: Gate = Object.assign(new TestGate(this.account), { lost: 0, heard: 0 });
    this.all.push(gate);
    return gate;
  }

  async #replace(at: number, leave: () => Promise<unknown>): Promise<void> {
    this.gates[at] = this.#join();
    await leave();
  }

  async #ask(gate: Gate, calls: number): Promise<void> {
    const { lost } = gate;
    await gate.ask(this.customer, calls);
    gate.heard = lost;
    gate.behind = false;
  }

  async #lose(gate: Gate, calls: number): Promise<void> {
    gate.lost += 1;
    await gate.askAndLose(this.customer, calls);
    gate.lost += 1;
  }

  /** What it was granted in an answer that it never heard, it cannot give back. */
  async #stop(gate: Gate): Promise<void> {
    gate.killed = gate.heard < gate.lost;
    await gate.stop();
  }

  #admit(gate: Gate, calls: number): void {
    for (let call = 0; call < calls && !gate.behind; call += 1) {
      if (gate.admit(this.customer)) this.allowed += 1n;
    }
  }

  /** All have been silent for too long: their leases lapsed, or their clocks stood still too. */
  async #expire(stoodStill: boolean): Promise<void> {
    for (const gate of this.all) {
      gate.behind = true;
      if (!stoodStill) for (const counterId of gate.counterIds) giveAllBack(gate, counterId);
    }
    await expireLeases(this.account);
  }

  /** The owner says that stranded units were not used: what is on its way says otherwise. */
  async #vouch(at: number): Promise<void> {
    await this.#expire(true);
    const inFlight = this.all.reduce((sum, { admitted }) => sum + admitted.length, 0);
    this.past[at] = (this.past[at] ?? 0n) + BigInt(inFlight);
    const { limitId = "" } = this.limits[at] ?? {};
    const name = { customerId: this.customer.customerId, limitId, subjectId: "" };
    const voucher = { memberId: newId(), requestId: "" };
    await metering.needs.storage.inAccount(this.account.accountId, (store) => {
      return metering.app.releaseStranded(store, name, voucher);
    });
  }
}

function giveAllBack(gate: TestGate, counterId: string): void {
  const { unspent = 0n } = gate.known().find((one) => one.counterId === counterId) ?? {};
  gate.giveBack(counterId, unspent);
}

describe("gates under two limits, in any order of things", needs("postgres"), () => {
  it("never pass a limit, never stand in each other's way, and leave nothing behind", async () => {
    await fc.assert(
      fc.asyncProperty(schedule, async (moments) => {
        const run = new Run();
        await run.take({ do: "ask", gate: 0, calls: 1 });
        for (const steps of moments) {
          await Promise.all(steps.map((one) => run.take(one)));
          await run.check();
        }
        await run.end();
        await reconcile(run.account);
      }),
      { numRuns: 8 },
    );
  });
});
