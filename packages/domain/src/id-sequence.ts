import { randomFillSync } from "node:crypto";
import { v7 } from "uuid";

/** Random bytes are drawn a page at a time: one at a time they are most of what an id costs. */
const POOL_BYTES = 4_096;

/** Random bytes an id takes: four to start a counter from, six for its tail. */
const BYTES_PER_ID = 10;

/** Where uuid looks for the tail within its sixteen random bytes. */
const TAIL_AT = 10;

/**
 * How far the wall clock may step back before ids follow it. Below, they stay in order; beyond,
 * a clock that was corrected must not leave ids in a future in which nobody takes them.
 */
export const STEP_BACK_MAX_MS = 60_000;

/** One process's ids in order: the uuid package's layout, with a counter for each millisecond. */
export class IdSequence {
  readonly #pool = new Uint8Array(POOL_BYTES);
  readonly #random = new Uint8Array(16);
  #poolAt = POOL_BYTES;
  #msecs = 0;
  #counter = 0;

  /** The next id, given the wall clock's time: greater than the one before it. */
  next(nowMs: number): string {
    if (this.#poolAt + BYTES_PER_ID > POOL_BYTES) {
      randomFillSync(this.#pool);
      this.#poolAt = 0;
    }
    if (nowMs > this.#msecs || nowMs < this.#msecs - STEP_BACK_MAX_MS) this.#restart(nowMs);
    else this.#counter += 1;
    for (let at = TAIL_AT; at < 16; at += 1) this.#random[at] = this.#draw();
    return v7({ random: this.#random, msecs: this.#msecs, seq: this.#counter });
  }

  /**
   * A new millisecond counts from a random start in the lower half of 32 bits. The upper half is
   * room for two billion ids before the clock moves on; a minute is enough for a tenth of them.
   */
  #restart(nowMs: number): void {
    this.#msecs = nowMs;
    let start = this.#draw() & 0x7f;
    for (let bytes = 1; bytes < 4; bytes += 1) start = start * 256 + this.#draw();
    this.#counter = start;
  }

  #draw(): number {
    const byte = this.#pool[this.#poolAt] ?? 0;
    this.#poolAt += 1;
    return byte;
  }
}
