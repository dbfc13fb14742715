/**
 * How many warm decisions a second, beside the least anyone could do: a map from key to counter.
 * Prints one line a round; both sides alternate. Usage: node bench/warm-decision.ts [keys] [rounds]
 */
import { createGate, hashKey, type KeyNews, makeKey } from "../src/index.ts";
import { ReferenceLedger } from "../tests/reference-ledger.ts";

const KEYS = Number(process.argv[2] ?? 100_000);
const ROUNDS = Number(process.argv[3] ?? 5);
const CALLS = 300_000;
const PLACE = { endpoint: "/v1/forecast/{city}", method: "GET" };

const ledger = new ReferenceLedger(
  () => performance.now(),
  () => Date.now(),
);
const keys = Array.from({ length: KEYS }, () => makeKey({ test: false }).key);
const records = new Map(
  keys.map((key, nth) => {
    const keyId = `key-${nth}`;
    const customerId = `customer-${nth % 100}`;
    ledger.customerOfKey.set(keyId, customerId);
    const identity = { keyId, customerId, customerExternalId: customerId, name: "key" };
    const state = { test: false, state: "active" as const, standing: "good" as const };
    const lists = { scopes: ["GET /v1/*"], allowedCidrs: [], metadata: {}, hasOwnLimits: false };
    return [hashKey(key), { ...identity, ...state, ...lists, version: 1n, customerVersion: 1n }];
  }),
);
for (let customer = 0; customer < 100; customer += 1) {
  const customerId = `customer-${customer}`;
  const limit = 1e12;
  ledger.rules.push({ name: "month", customerId, window: "total", limit });
  ledger.rules.push({ name: "minute", customerId, window: "minute", limit });
}

async function* heartbeats(signal: AbortSignal): AsyncGenerator<KeyNews> {
  while (!signal.aborted) {
    yield { kind: "heartbeat", version: 1n, businessMs: Date.now() };
    await new Promise((resolve) => setTimeout(resolve, 5_000).unref());
  }
}
const gate = createGate({
  ports: {
    resolveKey: async (sha256) => records.get(sha256),
    watchKeys: (_, signal) => heartbeats(signal),
    acquireLeases: async (request) => ledger.acquire(request),
    releaseLeases: async (release) => ledger.release(release),
    recordUsage: async (batch) => ({
      ...{ counted: batch.cells.length, duplicates: 0, rejected: 0, rejections: [] },
      ...{ rejectedByReason: {}, retryEvents: [], retryCells: [], eventMeterIds: [] },
      businessMs: Date.now(),
    }),
  },
});
gate.start();
const awake = setInterval(() => {}, 1_000); // the gate's own timers keep no process alive

const order = Uint32Array.from({ length: CALLS }, () => Math.floor(Math.random() * KEYS));
const bare = new Map(keys.map((key) => [key, { count: 0 }]));
for (const key of keys) await gate.check({ key, ...PLACE });

console.log(`${KEYS} keys, two hard limits, scope, lease, usage recorded; ${CALLS} calls a round`);
for (let round = 0; round < ROUNDS; round += 1) {
  const cpuFrom = process.cpuUsage();
  const from = performance.now();
  let warm = 0;
  let refused = 0;
  const samples: number[] = [];
  for (let call = 0; call < CALLS; call += 1) {
    const key = keys[order[call] ?? 0];
    const sample = call % 100 === 0 ? performance.now() : 0;
    const verdict = gate.check({ key, ...PLACE, count: "later" });
    if (verdict instanceof Promise) {
      (await verdict).settle({ status: 200, latencyMs: 1.25, responseBytes: 512 });
      continue;
    }
    warm += 1;
    if (!verdict.allowed) refused += 1;
    verdict.settle({ status: 200, latencyMs: 1.25, responseBytes: 512 });
    if (sample > 0) samples.push((performance.now() - sample) * 1_000);
    if (call % 1_000 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  const gateMs = performance.now() - from;
  const cpu = process.cpuUsage(cpuFrom);
  const cpuMs = (cpu.user + cpu.system) / 1_000;
  const bareFrom = performance.now();
  for (let call = 0; call < CALLS; call += 1) {
    const entry = bare.get(keys[order[call] ?? 0] ?? "");
    if (entry !== undefined) entry.count += 1;
  }
  const bareMs = performance.now() - bareFrom;
  const rate = (ms: number) => Math.round(CALLS / ms) * 1_000;
  const p99 = samples.toSorted((one, other) => one - other)[Math.floor(samples.length * 0.99)] ?? 0;
  const share = ((warm / CALLS) * 100).toFixed(1);
  console.log(
    `gate ${rate(gateMs)}/s, ${rate(cpuMs)} per CPU second (warm ${share} %, refused ${refused}, p99 ${p99.toFixed(1)} µs), bare map ${rate(bareMs)}/s, ` +
      `ratio ${(bareMs / gateMs).toFixed(2)}, heap ${Math.round(process.memoryUsage().heapUsed / 1e6)} MB`,
  );
}
await gate.stop(1_000);
clearInterval(awake);
