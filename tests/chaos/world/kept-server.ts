import { setTimeout as sleep } from "node:timers/promises";

/** What startPostgres, startNats and startServiceProcess give. */
export interface Server {
  port: number;
  pid: number;
  ended: Promise<string>;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

const startTriesMax = 20;
const pauseMs = 250;

/**
 * A server that faults may end: it is always started again on its port, as an operator's machine
 * would do it. One that ends though nobody asked it to is a finding.
 */
export class KeptServer<S extends Server = Server> {
  readonly name: string;
  /** How it ended, each time that nobody had ended it. */
  readonly ends: string[] = [];
  readonly #start: () => Promise<S>;
  #running: S | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(name: string, start: () => Promise<S>) {
    this.name = name;
    this.#start = start;
  }

  /** The process as it is now; only inside a turn can it be relied upon. */
  get running(): S {
    if (this.#running === undefined) throw new Error(`${this.name} does not run`);
    return this.#running;
  }

  /** The first start; throws if it fails. */
  async begin(): Promise<this> {
    this.#watch(await this.#start());
    return this;
  }

  /** One fault at a time: the next waits until this one's damage is mended. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(() => (this.#closed ? (undefined as T) : work()));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** Ends it, does something while it is away, and starts it again. */
  restart(end: (server: S) => Promise<void>, meanwhile?: () => Promise<void>): Promise<void> {
    return this.inTurn(async () => {
      const server = this.running;
      this.#running = undefined;
      await end(server);
      await meanwhile?.();
      await this.#startAgain();
    });
  }

  /** Stops its process for a while, as a machine does that swaps or sleeps. */
  pause(ms: number): Promise<void> {
    return this.inTurn(async () => {
      const { pid } = this.running;
      process.kill(pid, "SIGSTOP");
      await sleep(ms);
      process.kill(pid, "SIGCONT");
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#turn;
    const server = this.#running;
    this.#running = undefined;
    await server?.stop();
  }

  /** Whatever else it needs may be away too, so it is tried for a while. */
  async #startAgain(): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        this.#watch(await this.#start());
        return;
      } catch (error) {
        if (tries >= startTriesMax) throw error;
        await sleep(pauseMs);
      }
    }
  }

  #watch(server: S): void {
    this.#running = server;
    void server.ended.then(async (how) => {
      if (this.#running !== server) return;
      this.#running = undefined;
      this.ends.push(how);
      if (!this.#closed) await this.inTurn(() => this.#startAgain());
    });
  }
}
