import { setTimeout as sleep } from "node:timers/promises";
import type { ChaosAccount, Crowd } from "./account.ts";
import type { UsageClient } from "./clients/usage-client.ts";
import type { KeptGate } from "./gates/kept-gate.ts";
import type { PlanName } from "./plans.ts";

/** A customer with a limit of a hundred calls or so is used up in this time; then another calls. */
const waveMs = 4_000;
/** Customers whose calls backends report at one time; with each wave one of them is replaced. */
const reportedAtOnce = 4;

/** As many customers as a run needs. */
export function crowdFor(runMs: number): Crowd {
  const waves = Math.ceil(runMs / waveMs);
  const reported = waves + reportedAtOnce - 1;
  return { roomy: 1, tight: waves, paired: waves, keyed: waves, minutely: 1, reported };
}

/** Those whose limit is soon used up call one after the other, those with other limits always. */
export function callersAt(account: ChaosAccount, wave: number): number[] {
  const short = (["tight", "paired", "keyed"] as const).map((plan) => placesOf(account, plan));
  const now = short.flatMap((all) => all[Math.min(wave, all.length - 1)] ?? []);
  return [...placesOf(account, "roomy"), ...placesOf(account, "minutely"), ...now];
}

/** Wave after wave, until the time is over. */
export async function callInWaves(
  account: ChaosAccount,
  { gates, clients }: { gates: readonly KeptGate[]; clients: readonly UsageClient[] },
  runMs: number,
): Promise<void> {
  const end = performance.now() + runMs;
  for (let wave = 0; performance.now() < end; wave += 1) {
    for (const gate of gates) gate.call(callersAt(account, wave));
    for (const client of clients) client.call(reportedAt(account, wave));
    await sleep(Math.min(waveMs, Math.max(0, end - performance.now())));
  }
}

/** Of the customers that no gate lets in. */
export function reportedAt(account: ChaosAccount, wave: number): number[] {
  const all = placesOf(account, "reported");
  const first = Math.min(wave, all.length - reportedAtOnce);
  return all.slice(first, first + reportedAtOnce);
}

function placesOf({ customers }: ChaosAccount, wanted: PlanName): number[] {
  return customers.flatMap(({ plan }, place) => (plan === wanted ? [place] : []));
}
