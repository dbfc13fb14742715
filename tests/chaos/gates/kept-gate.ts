import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { checkout } from "@tollbook/testing";
import { programPath } from "../../config.ts";
import type { ChaosAccount } from "../account.ts";
import type { Random } from "../random.ts";
import { type LedgerLine, readLedger } from "./gate-ledger.ts";
import type { GateAnswer, GateNews, GateOrders } from "./gate-words.ts";

/** One start of a gate, until its end or its death. */
export interface GateLife {
  readonly ledgerFile: string;
  /** Ended in order, with all it counted acknowledged. */
  finished: boolean;
}

const main = join(checkout, "tests", "chaos", "gates", "gate-process.ts");
const exitWithinMs = 10_000;

/** An API's process with a gate in it, that is started anew whenever it was killed. */
export class KeptGate {
  readonly name: string;
  readonly lives: GateLife[] = [];
  readonly #orders: Omit<GateOrders, "ledgerFile" | "seed">;
  readonly #folder: string;
  readonly #random: Random;
  #calling: readonly number[];
  #child: ChildProcess | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  /** `spools`: usage that was sent survives a kill, as with TOLLBOOK_SPOOL set. */
  constructor(
    name: string,
    at: { url: string; account: ChaosAccount; folder: string; spools: boolean },
    calling: readonly number[],
    random: Random,
  ) {
    const { url, account, folder } = at;
    const spool = at.spools ? join(folder, `${name}.spool`) : undefined;
    const keys = account.customers.map(({ key }) => key);
    this.name = name;
    this.#orders = { url, rootKey: account.rootKey, spool, keys, calling };
    this.#folder = folder;
    this.#random = random;
    this.#calling = calling;
    this.#live();
  }

  /** Resolves when its first call has passed; rejects if it ends before. */
  async opened(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    const ended = once(child, "exit").then(() => {
      throw new Error(`${this.name} ended at its start`);
    });
    await Promise.race([once(child, "message"), ended]);
  }

  /** `kill -9`, and a new start after a while. */
  kill(awayMs: number): Promise<void> {
    return this.#inTurn(async () => {
      await end(this.#child, "SIGKILL");
      await sleep(awayMs);
      this.#live();
    });
  }

  /** As on a machine that sleeps: it wakes with leases that have ended meanwhile. */
  pause(ms: number): Promise<void> {
    return this.#inTurn(async () => {
      this.#child?.kill("SIGSTOP");
      await sleep(ms);
      this.#child?.kill("SIGCONT");
    });
  }

  /** Sets its wall clock off, and right again. */
  skew(ms: number, forMs: number): Promise<void> {
    return this.#inTurn(async () => {
      this.#tell({ kind: "skew", ms });
      await sleep(forMs);
      this.#tell({ kind: "skew", ms: 0 });
    });
  }

  /** Who calls from now on. */
  call(customers: readonly number[]): void {
    this.#calling = customers;
    this.#tell({ kind: "calling", customers });
  }

  /** Stops its callers, and waits until all it counted is acknowledged, or the time is over. */
  async finish(withinMs: number): Promise<void> {
    await this.#turn;
    const [child, life] = [this.#child, this.lives.at(-1)];
    if (child === undefined || life === undefined) return;
    const exited = once(child, "exit");
    child.on("message", (answer: GateAnswer) => {
      if (answer.kind === "finished") life.finished = answer.acknowledged;
    });
    this.#tell({ kind: "finish", withinMs });
    const timer = setTimeout(() => child.kill("SIGKILL"), withinMs + exitWithinMs);
    await exited;
    clearTimeout(timer);
    this.#child = undefined;
  }

  /** What each of its lives wrote down. */
  ledgers(): { life: GateLife; lines: LedgerLine[] }[] {
    return this.lives.map((life) => ({ life, lines: readLedger(life.ledgerFile) }));
  }

  /** Batches that nobody has acknowledged, although it had a place to keep them. */
  spooled(): string[] {
    const { spool } = this.#orders;
    if (spool === undefined || !existsSync(spool)) return [];
    // A file that a kill left half written is no batch: it was never sent.
    return readdirSync(spool).filter((name) => name.endsWith(".usage.json"));
  }

  async destroy(): Promise<void> {
    await end(this.#child, "SIGKILL");
    this.#child = undefined;
  }

  #live(): void {
    const ledgerFile = join(this.#folder, `${this.name}.${this.lives.length}.ledger`);
    const seed = this.#random.fork(`life ${this.lives.length}`).between(0, 2 ** 31);
    const orders: GateOrders = { ...this.#orders, ledgerFile, seed, calling: this.#calling };
    this.lives.push({ ledgerFile, finished: false });
    this.#child = spawn(process.execPath, [main, JSON.stringify(orders)], {
      env: { PATH: programPath },
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
  }

  #tell(news: GateNews): void {
    // A process that has just been killed hears nothing any more.
    if (this.#child?.connected) this.#child.send(news, () => {});
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

async function end(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill(signal);
  await exited;
}
