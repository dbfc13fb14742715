import type { ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import type { Backend } from "./grpc-router.ts";
import { portIsFree } from "./parts/index.ts";

const withinMs = 30_000;
const everyMs = 50;

/** Waits until every service listens; throws as soon as one of them has ended. */
export async function waitUntilServing(
  backends: readonly Backend[],
  httpPort: number,
  children: readonly ChildProcess[],
): Promise<void> {
  const end = performance.now() + withinMs;
  const waiting = new Set([...backends.map(({ port }) => port), httpPort]);
  while (waiting.size > 0) {
    const ended = children.find(({ exitCode, signalCode }) => exitCode !== null || signalCode);
    if (ended) throw new Error("A service ended at its start; its last lines stand above.");
    if (performance.now() > end) throw new Error("The services did not start within 30 s.");
    for (const port of waiting) if (!(await portIsFree(port))) waiting.delete(port);
    await sleep(everyMs);
  }
}
