import { wordsOf } from "./chaos-orders.ts";
import type { ChaosResult } from "./run-chaos.ts";

const detailsMax = 20;

/** What happened, in lines for people. */
export function reportOf({ orders, plan, figures, findings }: ChaosResult): string[] {
  const { gates, clients, database, proxy } = figures;
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
  const byKind = Object.groupBy(plan, ({ kind }) => kind);
  const kinds = Object.entries(byKind).map(([kind, all = []]) => `${all.length} × ${kind}`);
  return [
    `seed ${orders.seed}: ${plan.length} faults of ${kinds.length} kinds in ${seconds(figures.loadMs)}`,
    `  faults    ${kinds.sort().join(", ")}`,
    `  gates     ${listed({ allowed: gates.allowed, ...gates.refused })}`,
    `            ${gates.acknowledged} of ${gates.made} acknowledged; the rest died with its gate`,
    `  clients   ${listed(clients)}`,
    `            without a receipt at once: ${listed(figures.failures) || "none"}`,
    `  owner     ${figures.owner.issued} keys issued, and heard of by metering`,
    `  network   ${listed(proxy)}`,
    `  database  ${listed(database)}`,
    `  at rest   ${seconds(figures.drainMs)} after the last fault`,
    ...(findings.length === 0 ? ["  nothing lost, nothing doubled, no limit passed"] : []),
    ...findings.flatMap(({ what, details }) => [
      `  ✖ ${what} (${details.length}):`,
      ...details.slice(0, detailsMax).map((detail) => `      ${detail}`),
    ]),
    `  again     npm run chaos -- ${wordsOf(orders).map(quoted).join(" ")}`,
  ];
}

/** As a shell takes it. */
function quoted(word: string): string {
  return /^[\w-]+$/.test(word) ? word : `"${word}"`;
}

function listed(figures: Readonly<Record<string, number>>): string {
  const words = (name: string) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return Object.entries(figures)
    .map(([name, figure]) => `${figure} ${/^[a-z]/.test(name) ? words(name) : name}`)
    .join(", ");
}
