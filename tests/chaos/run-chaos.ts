import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type ChaosAccount, createAccount } from "./account.ts";
import type { ChaosOrders } from "./chaos-orders.ts";
import type { MadeEvent } from "./clients/batch-maker.ts";
import { UsageClient } from "./clients/usage-client.ts";
import { compareAll } from "./compare/compare-all.ts";
import type { Finding } from "./compare/finding.ts";
import { drain } from "./drain.ts";
import { faults } from "./faults/index.ts";
import { type PlannedFault, planFaults } from "./faults/plan-faults.ts";
import { KeptGate } from "./gates/kept-gate.ts";
import { Owner } from "./owner.ts";
import type { PlanName } from "./plans.ts";
import { Random } from "./random.ts";
import { figuresOf, type RunFigures } from "./run-figures.ts";
import type { ChaosWorld } from "./world/chaos-world.ts";

/** What became of a run. */
export interface ChaosResult {
  readonly orders: ChaosOrders;
  readonly plan: readonly PlannedFault[];
  readonly figures: RunFigures;
  readonly findings: readonly Finding[];
}

/** A customer with a limit of a few hundred calls is used up in this time; then another calls. */
const waveMs = 4_000;

/** One run on an account of its own: load, faults, quiet, comparison. */
export async function runChaos(
  world: ChaosWorld,
  orders: ChaosOrders,
  say: (line: string) => void,
): Promise<ChaosResult> {
  const random = new Random(orders.seed);
  const runMs = orders.seconds * 1_000;
  const tight = Math.ceil(runMs / waveMs);
  const crowd = { roomy: 1, paired: tight, tight, reported: 3 };
  const account = await createAccount(world.grpc, crowd);
  const gates = startGates(world, account, orders.gates, random);
  const pool: MadeEvent[] = [];
  const clients = Array.from({ length: orders.clients }, (_, at) => {
    return new UsageClient(world.grpc, account, pool, random.fork(`client ${at}`));
  });
  const owner = new Owner(world.grpc, account, random.fork("owner"));
  await Promise.all(gates.map((gate) => gate.opened()));
  const plan = planFaults(orders, random.fork("plan"));
  const began = performance.now();
  const waves = callInWaves(account, gates, runMs);
  const failures = await Promise.all(plan.map((fault) => happen(fault, random)));
  await waves;
  const loadMs = performance.now() - began;
  await drain(world, account.accountId, [...gates, ...clients, owner]);
  const drainMs = performance.now() - began - loadMs;
  const comparison = await compareAll(world, account, { gates, clients, owner });
  for (const gate of gates) await gate.destroy();
  const findings = [...failures.flat(), ...comparison.findings];
  const { told } = comparison;
  const figures = await figuresOf({ world, account, clients, owner, told, loadMs, drainMs });
  return { orders, plan, figures, findings };

  async function happen(planned: PlannedFault, of: Random): Promise<Finding[]> {
    await sleep(planned.atMs);
    say(`${(planned.atMs / 1_000).toFixed(1).padStart(7)} s  ${planned.kind}`);
    try {
      await faults[planned.kind]({ world, gates }, of.fork(`fault ${planned.number}`));
      return [];
    } catch (error) {
      return [{ what: `the fault "${planned.kind}" was not mended`, details: [String(error)] }];
    }
  }
}

function startGates(
  world: ChaosWorld,
  account: ChaosAccount,
  count: number,
  random: Random,
): KeptGate[] {
  const folder = join(world.folder, `gates-${account.accountId}`);
  mkdirSync(folder);
  return Array.from({ length: count }, (_, at) => {
    const place = { url: `http://${world.grpc}`, account, folder, spools: at % 2 === 0 };
    const calling = callersAt(account, 0);
    return new KeptGate(`gate-${at}`, place, calling, random.fork(`gate ${at}`));
  });
}

/** Those whose limit is soon used up call one after the other, the one without always. */
function callersAt({ customers }: ChaosAccount, wave: number): number[] {
  const places = customers.map(({ plan }, place) => ({ plan, place }));
  const of = (wanted: PlanName) => places.filter(({ plan }) => plan === wanted);
  const now = [of("tight"), of("paired")].map((all) => all[Math.min(wave, all.length - 1)]);
  return [...of("roomy"), ...now].flatMap((one) => (one ? [one.place] : []));
}

async function callInWaves(
  account: ChaosAccount,
  gates: readonly KeptGate[],
  runMs: number,
): Promise<void> {
  const end = performance.now() + runMs;
  for (let wave = 0; performance.now() < end; wave += 1) {
    for (const gate of gates) gate.call(callersAt(account, wave));
    await sleep(Math.min(waveMs, Math.max(0, end - performance.now())));
  }
}
