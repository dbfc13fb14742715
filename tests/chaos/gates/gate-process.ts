/**
 * An API's process with Tollbook's SDK inside, whose callers never rest. Started by the harness,
 * with its orders as the only argument; writes down what its gate decides.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { newId } from "@tollbook/domain";
import { createTollbook, type Tollbook, type Verdict } from "@tollbook/sdk";
import { Random } from "../random.ts";
import { openLedger } from "./gate-ledger.ts";
import type { GateAnswer, GateNews, GateOrders } from "./gate-words.ts";
import { makeDateSkewable } from "./skewable-date.ts";

const endpoints = ["/v1/forecast/{city}", "/v1/history/{city}"];
/** Callers come in small groups, and sometimes all at once: then calls fold into cells. */
const burstChance = 0.15;
const acknowledgeEveryMs = 1_000;
const flushMs = 1_000;

const date = makeDateSkewable();
const orders: GateOrders = JSON.parse(process.argv[2] ?? "{}");
const ledger = openLedger(orders.ledgerFile);
const random = new Random(orders.seed);
const { url, rootKey: key, spool } = orders;
const onTrouble: NonNullable<Parameters<typeof createTollbook>[0]>["onTrouble"] = (trouble) => {
  if (trouble.lost > 0) ledger.write("trouble", trouble.kind, trouble.message, trouble.lost);
};
const tollbook = createTollbook({ url, key, spool, onTrouble });
let calling = orders.calling;
let counted = 0;
let open = false;
let finishing: number | undefined;

process.on("disconnect", () => process.exit(1));
process.on("message", (news: GateNews) => {
  if (news.kind === "skew") date.skew(news.ms);
  else if (news.kind === "calling") calling = news.customers;
  else finishing ??= news.withinMs;
});

const acknowledging = acknowledgeNowAndThen();
while (finishing === undefined) {
  const calls = random.chance(burstChance) ? random.between(20, 60) : random.between(1, 5);
  await Promise.all(Array.from({ length: calls }, callOnce));
  await sleep(random.between(20, 80));
}
await acknowledging;
await finish(tollbook, finishing);

async function callOnce(): Promise<void> {
  const customer = random.pick(calling);
  // A call that is settled after its response, or that names itself, travels as an event.
  const requestId = random.chance(0.3) ? newId() : undefined;
  const count = requestId !== undefined && random.chance(0.5) ? "later" : "now";
  const call = { key: orders.keys[customer], endpoint: random.pick(endpoints), method: "GET" };
  const decision = tollbook.check({ ...call, count, requestId, status: 200 });
  // Written before anything of it can leave this process.
  if (decision instanceof Promise) await decision.then((verdict) => note(customer, verdict, count));
  else note(customer, decision, count);
  if (count === "now") return;
  const verdict = await decision;
  await sleep(random.between(0, 60));
  if (!verdict.allowed) return;
  verdict.settle({ status: 200, latencyMs: random.between(1, 400) });
  noteCounted(customer, verdict.eventId ?? requestId);
}

function note(customer: number, verdict: Verdict, count: "now" | "later"): void {
  if (!verdict.allowed) {
    ledger.write("refused", customer, verdict.code, verdict.eventId);
    return;
  }
  const limits = verdict.limits.filter(({ hard }) => hard);
  const windows = limits.map((limit) => [limit.name, limit.windowStartMs ?? 0] as const);
  ledger.write("allowed", customer, windows);
  noteOpen();
  if (count === "now") noteCounted(customer, verdict.eventId);
}

function noteOpen(): void {
  if (!open) tell({ kind: "open" });
  open = true;
}

function tell(answer: GateAnswer, then = () => {}): void {
  process.send?.(answer, undefined, undefined, then);
}

function noteCounted(customer: number, eventId: string | undefined): void {
  counted += 1;
  ledger.write("counted", customer, eventId);
}

async function acknowledgeNowAndThen(): Promise<void> {
  while (finishing === undefined) {
    await sleep(acknowledgeEveryMs);
    await acknowledge(tollbook, flushMs);
  }
}

async function acknowledge(gate: Tollbook, withinMs: number): Promise<boolean> {
  const upTo = counted;
  const done = await gate.flush(withinMs);
  if (done) ledger.write("acknowledged", upTo);
  return done;
}

async function finish(gate: Tollbook, withinMs: number): Promise<void> {
  const end = performance.now() + withinMs;
  let acknowledged = false;
  while (!acknowledged && performance.now() < end) acknowledged = await acknowledge(gate, flushMs);
  await gate.stop();
  tell({ kind: "finished", acknowledged }, () => process.exit(0));
}
