import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { makeKey } from "../src/customer-key.ts";
import type { Gate } from "../src/gate.ts";
import type { CountMode, Verdict } from "../src/gate-call.ts";
import type { KeyRecord, Standing } from "../src/key-record.ts";
import type { LimitRefusal } from "../src/lease-protocol.ts";
import { httpStatusOf } from "../src/verdict-code.ts";
import { GateWorld } from "./gate-world.ts";
import type { LimitRule } from "./reference-counter.ts";

/** See vectors/README.md for what each field means. */
interface Vector {
  name: string;
  given: {
    account?: { suspended?: boolean; defaultFailureMode?: "closed" | "open" };
    customers?: Record<string, { standing?: Standing; limits?: VectorLimit[] }>;
    keys?: Record<string, Partial<KeyRecord> & { customer: string; expiresInMs?: number }>;
    away?: ("auth" | "metering")[];
  };
  calls: VectorCall[];
}

interface VectorLimit {
  name: string;
  limit?: number;
  window?: LimitRule["window"];
  hard?: boolean;
  consumed?: number;
  refusal?: LimitRefusal;
  costs?: Record<string, number>;
  perUnit?: boolean;
  rate?: LimitRule["rate"];
  openBudgetCalls?: number;
}

interface VectorCall {
  key?: string;
  present?: "as issued" | "last character changed" | "no key of ours" | "never issued";
  endpoint?: string;
  method?: string;
  units?: number;
  count?: CountMode;
  sourceAddress?: string;
  times?: number;
  expect: {
    verdict: string;
    status: number;
    remaining?: Record<string, number>;
    mode?: string;
    retry?: "at reset" | "never" | { withinMs: number };
  };
}

const folder = new URL("../vectors/", import.meta.url);

for (const file of readdirSync(folder).filter((name) => name.endsWith(".json"))) {
  const { about, vectors } = JSON.parse(readFileSync(new URL(file, folder), "utf8"));
  describe(`${about} (${file})`, () => {
    for (const vector of vectors as Vector[]) it(vector.name, () => run(vector));
  });
}

async function run({ given, calls }: Vector): Promise<void> {
  const world = new GateWorld();
  world.account = { suspended: false, defaultFailureMode: "closed", ...given.account };
  const keys = new Map<string, string>();
  for (const [label, { customer, expiresInMs, ...over }] of Object.entries(given.keys ?? {})) {
    const { standing = "good" } = given.customers?.[customer] ?? {};
    const expiresAtMs = expiresInMs === undefined ? undefined : world.businessMs() + expiresInMs;
    keys.set(label, world.key(customer, { standing, expiresAtMs, ...over }));
  }
  for (const [customerId, { limits = [] }] of Object.entries(given.customers ?? {})) {
    for (const limit of limits) addLimit(world, customerId, limit);
  }
  world.fate = (port) => {
    const away = port === "resolveKey" ? "auth" : "metering";
    return given.away?.includes(away) ? "request-lost" : "arrives";
  };
  const gate = world.gate();
  await world.clock.advance(1); // the stream's first message has come
  for (const call of calls) await makeCalls(world, gate, keys, call);
}

async function makeCalls(
  world: GateWorld,
  gate: Gate,
  keys: Map<string, string>,
  { times = 1, expect, key, present, ...call }: VectorCall,
): Promise<void> {
  let verdict: Verdict | undefined;
  for (let nth = 0; nth < times; nth += 1) {
    verdict = await world.check(gate, { ...call, key: presented(keys.get(key ?? ""), present) });
    assert.equal(verdict.code, expect.verdict);
    assert.equal(httpStatusOf(verdict.code), expect.status);
    assert.equal(verdict.mode, expect.mode ?? "enforced");
  }
  const left = verdict?.limits.map(({ name, remaining }) => [name, Number(remaining)]) ?? [];
  if (expect.remaining !== undefined) assert.deepEqual(Object.fromEntries(left), expect.remaining);
  const reset = Math.min(...(verdict?.limits ?? []).map(({ resetsAtMs = Infinity }) => resetsAtMs));
  const wait = verdict?.retryAfterMs;
  if (typeof expect.retry === "object") {
    const { withinMs } = expect.retry;
    assert.ok(wait !== undefined && wait > 0 && wait <= withinMs, `${wait} ms`);
  }
  if (expect.retry === "never") assert.equal(wait, undefined);
  if (expect.retry === "at reset")
    assert.ok(Math.abs(world.businessMs() + (wait ?? 0) - reset) < 5);
}

function addLimit(world: GateWorld, customerId: string, limit: VectorLimit): void {
  const { costs, perUnit, openBudgetCalls, consumed = 0, ...rule } = limit;
  const cost = (endpoint: string, units: number) =>
    (costs?.[endpoint] ?? 1) * (perUnit ? units : 1);
  const open = { kind: "open" as const, budgetCalls: openBudgetCalls ?? 0 };
  const failureMode = openBudgetCalls === undefined ? undefined : open;
  const full = world.limit({ limit: 0, ...rule, customerId, cost, failureMode });
  if (rule.rate === undefined)
    world.ledger.counterOf(full, world.businessMs()).consumed = BigInt(consumed);
}

function presented(key: string | undefined, how: VectorCall["present"]): string | undefined {
  if (how === "no key of ours") return "sk_live_1234567890";
  if (how === "never issued") return makeKey({ test: false }).key;
  if (key === undefined || how !== "last character changed") return key;
  return key.slice(0, -1) + (key.endsWith("0") ? "1" : "0");
}
