import { DomainError } from "@tollbook/domain";
import type { Intake } from "@tollbook/service";

/** How much usage one process takes on at once. */
export interface IntakeLimits {
  /** Bytes of batches in work, as they came; decoded they take about ten times that. */
  readonly intakeBytesMax: number;
  /** Batches in work or on their way in. */
  readonly intakeBatchesMax: number;
}

/**
 * Requests read at once: what they may have in memory before anybody knows their size. As many as
 * one connection may have, so that a web door full of small batches is not turned away.
 */
const READ_AT_ONCE_MAX = 128;

/** Streams at once: each may have two batches in memory that wait for room. */
const STREAMS_MAX = 32;

/** Streams wait for room, and would leave none to unary calls, which do not. */
const STREAMS_SHARE = 0.75;

/** About what it takes to commit what is in work. */
const RETRY_AFTER_MS = 100;

type Release = () => void;

/**
 * The bounds on usage that is being taken in. A unary call past them is refused with the time to
 * come back, before its body is read if it can be; a stream waits, and stops reading.
 */
export class UsageIntake implements Intake {
  readonly #limits: IntakeLimits;
  readonly #waiting: { bytes: number; resolve: (release: Release) => void }[] = [];
  #reading = 0;
  #bytes = 0;
  #batches = 0;
  #streams = 0;

  constructor(limits: IntakeLimits) {
    this.#limits = limits;
  }

  /**
   * Throws "exhausted" USAGE_BACKLOG. Nobody waits here: bytes that wait unread fill the window of
   * their whole connection, and the requests that are being read on it would get no further.
   */
  async enter(): Promise<Release> {
    const { intakeBytesMax: bytesMax, intakeBatchesMax: batchesMax } = this.#limits;
    const isFull = this.#batches + this.#reading >= batchesMax || this.#bytes >= bytesMax;
    if (isFull || this.#reading >= READ_AT_ONCE_MAX) throw backlog();
    this.#reading += 1;
    return once(() => {
      this.#reading -= 1;
    });
  }

  /** Room for a batch that has come, or "exhausted" USAGE_BACKLOG. */
  take(bytes: number): Release {
    if (!this.#fits(bytes, 1)) throw backlog();
    return this.#hold(bytes);
  }

  /** Room for a batch of a stream, in the order asked; waits for it until the stream has ended. */
  async room(bytes: number, signal: AbortSignal): Promise<Release> {
    if (this.#waiting.length === 0 && this.#fits(bytes, STREAMS_SHARE)) return this.#hold(bytes);
    return new Promise((resolve, reject) => {
      const waiter = { bytes, resolve };
      this.#waiting.push(waiter);
      signal.addEventListener("abort", () => {
        const at = this.#waiting.indexOf(waiter);
        if (at >= 0) this.#waiting.splice(at, 1);
        reject(signal.reason);
      });
    });
  }

  /** One more stream, or "exhausted" USAGE_STREAMS_MAX. */
  openStream(): Release {
    if (this.#streams >= STREAMS_MAX) {
      const sentence =
        "This process serves as many usage streams as it can; use another, or unary.";
      const extra = { retryAfterMs: 10 * RETRY_AFTER_MS };
      throw new DomainError("exhausted", "USAGE_STREAMS_MAX", sentence, {}, extra);
    }
    this.#streams += 1;
    return once(() => {
      this.#streams -= 1;
    });
  }

  /** A batch larger than all room still goes in alone. */
  #fits(bytes: number, share: number): boolean {
    if (this.#batches === 0) return true;
    const { intakeBytesMax: bytesMax, intakeBatchesMax: batchesMax } = this.#limits;
    return this.#bytes + bytes <= bytesMax * share && this.#batches < batchesMax * share;
  }

  #hold(bytes: number): Release {
    this.#bytes += bytes;
    this.#batches += 1;
    return once(() => {
      this.#bytes -= bytes;
      this.#batches -= 1;
      this.#letIn();
    });
  }

  #letIn(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (!this.#fits(next.bytes, STREAMS_SHARE)) return;
      this.#waiting.shift();
      next.resolve(this.#hold(next.bytes));
    }
  }
}

function backlog(): DomainError {
  const sentence = "More usage is in work than this process takes on; send the same batch again.";
  const extra = { retryAfterMs: RETRY_AFTER_MS };
  return new DomainError("exhausted", "USAGE_BACKLOG", sentence, {}, extra);
}

function once(release: () => void): Release {
  let released = false;
  return () => {
    if (released) return;
    released = true;
    release();
  };
}
