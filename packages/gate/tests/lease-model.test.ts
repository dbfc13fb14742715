import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Gate } from "../src/gate.ts";
import type { Verdict } from "../src/gate-call.ts";
import type { GateSettings } from "../src/gate-settings.ts";
import type { Fate } from "./gate-world.ts";
import { GateWorld } from "./gate-world.ts";

const MONTHLY = 120;
const MINUTE = 40;
const HISTORY_COST = 3;

type Step =
  | { do: "call"; gate: number; key: number; history: boolean; calls: number }
  | { do: "settle" | "join" | "vouch" }
  | { do: "network"; up: boolean }
  | { do: "advance" | "sleep"; ms: number }
  | { do: "stop" | "kill"; gate: number };

const gateIndex = fc.nat({ max: 3 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("call" as const),
      gate: gateIndex,
      key: fc.nat({ max: 1 }),
      history: fc.boolean(),
      calls: fc.integer({ min: 1, max: 15 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("advance" as const),
      ms: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 300, max: 30_000 })),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("settle" as const, "join" as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("vouch" as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("network" as const), up: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("sleep" as const),
      ms: fc.integer({ min: 1, max: 60_000 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom("stop" as const, "kill" as const),
      gate: gateIndex,
    }),
  },
);
const fates = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: fc.constant<Fate>("arrives") },
    { weight: 1, arbitrary: fc.constantFrom<Fate>("request-lost", "reply-lost") },
    { weight: 1, arbitrary: fc.constantFrom<Fate>("hangs", "echoes") },
  ),
  { minLength: 1, maxLength: 40 },
);
const settings = fc.record({
  eventsPerSecondMax: fc.constantFrom(0, 200),
  leasesMax: fc.constantFrom(2, 1_000, 1_000),
});
const steps = fc.array(step, { minLength: 10, maxLength: 50, size: "max" });

/** One run: gates of one customer, two keys, two endpoints, two limits, a network with moods. */
class Run {
  readonly world = new GateWorld();
  readonly keys: string[];
  readonly gates: { gate: Gate; alive: boolean }[] = [];
  readonly unsettled: { verdict: Verdict; alive: () => boolean }[] = [];
  /** Cost of the calls let through, and of those by gates killed before they could report. */
  allowed = 0;
  allowedCalls = 0;
  killedCalls = 0;
  readonly #settings: Partial<GateSettings>;
  #messages = 0;
  #up = true;

  constructor(fates: readonly Fate[], settings: Partial<GateSettings>) {
    this.#settings = settings;
    this.world.ledger.leaseMs = 5_000;
    this.keys = [this.world.key("abc"), this.world.key("abc")];
    const cost = (endpoint: string) => (endpoint === "/v1/history" ? HISTORY_COST : 1);
    this.world.limit({ name: "monthly", customerId: "abc", limit: MONTHLY, cost });
    this.world.limit({ name: "minute", customerId: "abc", limit: MINUTE, window: "minute", cost });
    this.world.fate = (port) => {
      if (port === "resolveKey") return "arrives";
      if (!this.#up) return "request-lost";
      return fates[this.#messages++ % fates.length] ?? "arrives";
    };
    for (let gate = 0; gate < 3; gate += 1) this.#join();
  }

  async take(step: Step): Promise<void> {
    if (step.do === "call") this.#call(step);
    else if (step.do === "advance") await this.world.clock.advance(step.ms);
    else if (step.do === "settle") this.#settle();
    else if (step.do === "join" && this.gates.length < 8) this.#join();
    else if (step.do === "sleep") this.world.clock.jumpWall(step.ms);
    else if (step.do === "vouch") this.#vouch();
    else if (step.do === "network") this.#up = step.up;
    else if (step.do === "stop") void this.#alive(step.gate)?.gate.stop(1_000);
    else if (step.do === "kill") this.#kill(step.gate);
    await this.world.clock.advance(0);
  }

  /** The network heals, everybody settles, reports and stops. */
  async end(): Promise<void> {
    await this.world.clock.advance(1_000);
    this.world.fate = () => "arrives";
    this.#settle();
    for (const { gate, alive } of this.gates) {
      if (alive) void gate.stop(60_000);
    }
    await this.world.clock.advance(90_000);
  }

  check(): void {
    assert.ok(this.allowed <= MONTHLY, `allowed ${this.allowed} of ${MONTHLY}`);
    for (const { rule, consumed, rows } of this.world.ledger.counters.values()) {
      let held = 0n;
      for (const { granted, returned, released, ended } of rows.values()) {
        const units = granted - returned - released - ended;
        assert.ok(units >= 0n, "a lease never owes units");
        held += units;
      }
      assert.ok(consumed + held <= BigInt(rule.limit), `${rule.name}: ${consumed} + ${held}`);
    }
  }

  #join(): void {
    this.gates.push({
      gate: this.world.gate(this.#settings),
      alive: true,
    });
  }

  #alive(index: number) {
    const gate = this.gates[index % this.gates.length];
    return gate?.alive ? gate : undefined;
  }

  #call({ gate: index, key, history, calls }: Step & { do: "call" }): void {
    const gate = this.#alive(index);
    if (gate === undefined) return;
    const endpoint = history ? "/v1/history" : "/v1/forecast";
    const call = { key: this.keys[key], endpoint, method: "GET", count: "later" as const };
    for (let nth = 0; nth < calls; nth += 1) {
      void Promise.resolve(gate.gate.check(call)).then((verdict) => {
        if (!verdict.allowed || !gate.alive) return;
        this.allowed += history ? HISTORY_COST : 1;
        this.allowedCalls += 1;
        this.unsettled.push({ verdict, alive: () => gate.alive });
      });
    }
  }

  #settle(): void {
    for (const { verdict, alive } of this.unsettled.splice(0)) {
      if (alive()) verdict.settle({ status: 200, latencyMs: 3 });
      else this.killedCalls += 1;
    }
  }

  #kill(index: number): void {
    const gate = this.#alive(index);
    if (gate === undefined) return;
    gate.alive = false;
    this.world.killed.add(this.gates.indexOf(gate));
  }

  /** The owner gives stranded units back, when it is true that nobody used them. */
  #vouch(): void {
    const { passed } = this.world.ledger.calls;
    if (passed === this.allowedCalls) this.world.ledger.releaseStranded();
  }
}

describe("any number of gates on one customer's limits", () => {
  it("never let more through than the limits allow, whatever gets lost, repeated or killed", async () => {
    await fc.assert(
      fc.asyncProperty(fates, settings, steps, async (moods, settings, steps) => {
        const run = new Run(moods, settings);
        for (const each of steps) {
          await run.take(each);
          run.check();
        }
        await run.end();
        run.check();
        const { passed } = run.world.ledger.calls;
        assert.ok(passed <= run.allowedCalls, "nothing is counted that was not let through");
        const killed = run.gates.some(({ alive }) => !alive);
        if (!killed) assert.equal(passed, run.allowedCalls, "everything let through is counted");
      }),
      { numRuns: 40 },
    );
  });
});
