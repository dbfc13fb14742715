import { setTimeout as sleep } from "node:timers/promises";
import { DomainError } from "@tollbook/domain";
import { fromGrpcError } from "@tollbook/service/client";
import { EncodedBatch } from "../bench/load/encoded-batch.ts";
import { eventBatch, loadedAccount } from "../bench/load/loaded-account.ts";
import { UsageClient } from "../bench/load/usage-client.ts";
import { startWorld } from "../bench/world/start-world.ts";
import { handOn } from "../config.ts";
import { residentKb } from "../scenarios/world/processes-of.ts";

const CUSTOMERS = 4;
const LOOK_EVERY_MS = 50;
const KB_OF_MIB = 1_024;

/** How much comes at once, and how much of it metering takes on. */
export interface Flood {
  readonly batches: number;
  readonly events: number;
  readonly connections: number;
  /** Left out: what is usual. */
  readonly intakeBytes?: number;
}

/** What came of a flood. */
export interface FloodResult {
  readonly counted: bigint;
  readonly duplicates: bigint;
  /** Times a batch was turned away with the time to come back, by reason. */
  readonly refusals: ReadonlyMap<string, number>;
  /** The most memory metering had meanwhile. */
  readonly peakMib: number;
  readonly seconds: number;
}

/** Sends large batches all at once, each again when it was told to, until it is counted. */
export async function floodMetering(flood: Flood): Promise<FloodResult> {
  const { batches, events, connections, intakeBytes } = flood;
  if (intakeBytes !== undefined) handOn({ TOLLBOOK_METERING_INTAKE_BYTES: String(intakeBytes) });
  const world = await startWorld({ rawEvents: false, say: () => {} });
  try {
    const account = await loadedAccount(world, CUSTOMERS);
    const { metering } = world.ports;
    const clients = Array.from({ length: connections }, () => {
      return new UsageClient(metering, account.rootKey);
    });
    const sender = new Sender();
    const ready = Array.from({ length: batches }, () => {
      return new EncodedBatch(eventBatch(account, events)).fresh();
    });
    const start = performance.now();
    const sending = ready.map((batch, at) => {
      return sender.send(clients[at % connections] as UsageClient, batch);
    });
    const peakKb = await mostMemory(world.meteringPid, Promise.all(sending));
    for (const client of clients) client.close();
    const seconds = (performance.now() - start) / 1_000;
    return { ...sender.figures(), peakMib: peakKb / KB_OF_MIB, seconds };
  } finally {
    await world.stop();
  }
}

class Sender {
  readonly #refusals = new Map<string, number>();
  #counted = 0n;
  #duplicates = 0n;

  /** Throws whatever metering answers but a receipt or a time to come back. */
  async send(client: UsageClient, batch: Buffer): Promise<void> {
    for (;;) {
      const refusal = await client.record(batch).then(
        ({ counted, duplicates }) => {
          this.#counted += counted;
          this.#duplicates += duplicates;
        },
        (error) => refusalOf(error),
      );
      if (refusal === undefined) return;
      const { reason, retryAfterMs } = refusal;
      this.#refusals.set(reason, (this.#refusals.get(reason) ?? 0) + 1);
      await sleep(retryAfterMs);
    }
  }

  figures() {
    const [counted, duplicates] = [this.#counted, this.#duplicates];
    return { counted, duplicates, refusals: this.#refusals };
  }
}

function refusalOf(thrown: unknown) {
  const error = fromGrpcError(thrown);
  if (!(error instanceof DomainError) || error.kind !== "exhausted") throw error;
  const { reason, retryAfterMs } = error;
  if (retryAfterMs === undefined) throw new Error(`${reason} names no time to come back`);
  return { reason, retryAfterMs };
}

/** The most memory in KiB that a process has until something ends. */
async function mostMemory(pid: number, ending: Promise<unknown>): Promise<number> {
  let [peak, running] = [residentKb(pid), true];
  const ended = ending.finally(() => {
    running = false;
  });
  // It is awaited below; a failure before that is not unheard.
  ended.catch(() => undefined);
  while (running) {
    await sleep(LOOK_EVERY_MS);
    peak = Math.max(peak, residentKb(pid));
  }
  await ended;
  return peak;
}
