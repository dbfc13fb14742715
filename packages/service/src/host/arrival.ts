import type { Admission } from "../calls/door.ts";

/** A gRPC message begins with whether it is compressed, and its length in four bytes. */
const PREFIX_BYTES = 5;

/** One request on its way in, past an Intake. */
export class Arrival {
  readonly #late: () => void;
  readonly #prefix = Buffer.alloc(PREFIX_BYTES);
  #prefixBytes = 0;
  #bytes: number | undefined;
  #admission: Admission | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;
  #isServed = false;

  /** `late` is called if the request is not there in time. */
  constructor(late: () => void) {
    this.#late = late;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  letIn(admission: Admission, withinMs: number): void {
    this.#admission = admission;
    this.#timer = setTimeout(this.#late, withinMs);
  }

  /**
   * The next of its bytes, until they say its size: true. What is compressed may be as large as
   * anything. Throws what Admission.sized throws.
   */
  begun(chunk: Buffer, bytesMax: number): boolean {
    this.#prefixBytes += chunk.copy(this.#prefix, this.#prefixBytes);
    if (this.#prefixBytes < PREFIX_BYTES) return false;
    const isCompressed = this.#prefix.readUInt8(0) !== 0;
    this.sized(isCompressed ? bytesMax : Math.min(bytesMax, this.#prefix.readUInt32BE(1)));
    return true;
  }

  /** Its size, known before or not. Throws what Admission.sized throws. */
  sized(bytes: number): void {
    if (this.#isOver || bytes === this.#bytes) return;
    this.#bytes = bytes;
    this.#admission?.sized(bytes);
  }

  /** It is there in whole. */
  read(): void {
    clearTimeout(this.#timer);
  }

  /** Somebody works on it, and says when that is over. */
  served(): void {
    this.#isServed = true;
  }

  /** Its call was answered or given up: nobody cares for it any more who does not work on it. */
  answered(): void {
    if (!this.#isServed) this.over();
  }

  over(): void {
    clearTimeout(this.#timer);
    if (this.#isOver) return;
    this.#isOver = true;
    this.#admission?.leave();
  }
}
