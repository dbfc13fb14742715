/** A correction this large is a journey of business time, not a difference of clocks. */
const JOURNEY_MS = 1_000;

/**
 * The server's business time, reckoned between its messages on the elapsed clock. The server read
 * its clock after we sent and before we received, which bounds the truth from both sides; the
 * estimate moves no further than those bounds demand. Business time travels forward only.
 */
export class BusinessTime {
  #offset: number;
  #heard = false;
  #journeyAt = Number.NEGATIVE_INFINITY;

  /** Until the server is heard, the wall clock stands in. */
  constructor(wallMs: number, elapsedMs: number) {
    this.#offset = wallMs - elapsedMs;
  }

  /** Business time (ms since 1970) at a moment of the elapsed clock. */
  at(elapsedMs: number): number {
    return elapsedMs + this.#offset;
  }

  /**
   * Takes the server's time from a message received at `receivedAt` (elapsed); `sentAt` is when
   * the request left, and absent for what the server sends by itself.
   */
  hear(businessMs: number, receivedAt: number, sentAt?: number): void {
    const low = businessMs - receivedAt;
    if (!this.#heard && sentAt === undefined) this.#offset = low;
    this.#heard = true;
    if (low > this.#offset) {
      if (low - this.#offset > JOURNEY_MS) this.#journeyAt = receivedAt;
      this.#offset = low;
    }
    if (sentAt === undefined || sentAt < this.#journeyAt) return; // an answer from before it
    this.#offset = Math.min(this.#offset, businessMs - sentAt);
  }
}
