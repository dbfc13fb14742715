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
import { Random } from "./random.ts";
import { figuresOf, type RunFigures } from "./run-figures.ts";
import { callersAt, callInWaves, crowdFor, reportedAt } from "./waves.ts";
import type { ChaosWorld } from "./world/chaos-world.ts";

/** What became of a run. */
export interface ChaosResult {
  readonly orders: ChaosOrders;
  readonly plan: readonly PlannedFault[];
  readonly figures: RunFigures;
  readonly findings: readonly Finding[];
}

/** One run on an account of its own: load, faults, quiet, comparison. */
export async function runChaos(
  world: ChaosWorld,
  orders: ChaosOrders,
  say: (line: string) => void,
): Promise<ChaosResult> {
  const random = new Random(orders.seed);
  const runMs = orders.seconds * 1_000;
  const account = await createAccount(world.grpc, crowdFor(runMs));
  const gates = startGates(world, account, orders.gates, random);
  const pool: MadeEvent[] = [];
  const clients = Array.from({ length: orders.clients }, (_, at) => {
    const calling = reportedAt(account, 0);
    return new UsageClient(world.grpc, account, calling, pool, random.fork(`client ${at}`));
  });
  const owner = new Owner(world.grpc, account, random.fork("owner"));
  await Promise.all(gates.map((gate) => gate.opened()));
  const plan = planFaults(orders, random.fork("plan"));
  const began = performance.now();
  const waves = callInWaves(account, { gates, clients }, runMs);
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
