import type { GateClock } from "../src/gate-clock.ts";

interface Timer {
  at: number;
  order: number;
  run: () => void;
}

/** A clock that stands still until it is told to move; timers run in order, one tick each. */
export class FakeGateClock implements GateClock {
  #now = 1_000;
  #wallOffset: number;
  #timers = new Set<Timer>();
  #order = 0;

  constructor(startAt = Date.UTC(2026, 10, 10)) {
    this.#wallOffset = startAt - this.#now;
  }

  monotonicMs(): number {
    return this.#now;
  }

  wallMs(): number {
    return this.#now + this.#wallOffset;
  }

  after(delayMs: number, run: () => void): () => void {
    this.#order += 1;
    const timer = { at: this.#now + Math.max(0, delayMs), order: this.#order, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** The machine sleeps: the wall clock goes on, the monotonic one does not. */
  jumpWall(byMs: number): void {
    this.#wallOffset += byMs;
  }

  /** Timers that are armed: a gate at rest has none but its watch's. */
  get armed(): number {
    return this.#timers.size;
  }

  /** Moves on, running each timer that falls due and all that follows from it. */
  async advance(byMs: number): Promise<void> {
    const end = this.#now + byMs;
    await tick();
    for (let due = this.#next(end); due !== undefined; due = this.#next(end)) {
      this.#now = Math.max(this.#now, due.at);
      this.#timers.delete(due);
      due.run();
      await tick();
    }
    this.#now = end;
    await tick();
  }

  /** Moves on until something asynchronous is done, at most a simulated minute. */
  async until<T>(promise: T | Promise<T>): Promise<T> {
    let done = false;
    const settled = Promise.resolve(promise).finally(() => {
      done = true;
    });
    settled.catch(() => {});
    await tick();
    for (let waited = 0; !done && waited < 60_000; waited += 1) await this.advance(1);
    if (!done) throw new Error("nothing came of it within a simulated minute");
    return settled;
  }

  #next(end: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.at > end) continue;
      if (next === undefined || timer.at < next.at) next = timer;
      else if (timer.at === next.at && timer.order < next.order) next = timer;
    }
    return next;
  }
}

/** Lets everything that is ready run: promises, and what they lead to. */
export function tick(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
