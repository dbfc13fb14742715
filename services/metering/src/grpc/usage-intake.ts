import { DomainError } from "@tollbook/domain";
import type { Admission, CallContext, Intake } from "@tollbook/service";

/** How much usage one process takes on at once. */
export interface IntakeLimits {
  /** Bytes of unary batches from their first byte to their answer. */
  readonly intakeBytesMax: number;
  readonly intakeBatchesMax: number;
  /** Bytes of batches in work, as they came; decoded they take about ten times that. */
  readonly workBytesMax: number;
}

/** Streams at once: each may have two batches in memory that wait for their turn. */
const STREAMS_MAX = 32;

/** About what it takes to commit what is in work. */
const RETRY_AFTER_MS = 100;

type Release = () => void;

interface Waiter {
  readonly bytes: number;
  letIn(release: Release): void;
}

/**
 * The bounds on usage that is being taken in. Of unary calls so much is let in, and what is beyond
 * is refused with the time to come back, before its body is read; a stream is read no further.
 * Whatever is there waits as bytes until there is room to decode it and work on it, in turn.
 */
export class UsageIntake implements Intake {
  readonly #limits: IntakeLimits;
  readonly #waiting: Waiter[] = [];
  #bytes = 0;
  #batches = 0;
  #workBytes = 0;
  #streams = 0;

  constructor(limits: IntakeLimits) {
    this.#limits = limits;
  }

  /** Throws "exhausted" USAGE_BACKLOG, as does the admission once it knows the batch's size. */
  enter(): Admission {
    const { intakeBytesMax, intakeBatchesMax } = this.#limits;
    const isFull = this.#batches >= intakeBatchesMax || this.#bytes >= intakeBytesMax;
    if (isFull) throw backlog();
    this.#batches += 1;
    let own = 0;
    return {
      sized: (bytes) => {
        if (this.#bytes - own + bytes > intakeBytesMax) throw backlog();
        this.#bytes += bytes - own;
        own = bytes;
      },
      leave: () => {
        this.#bytes -= own;
        this.#batches -= 1;
      },
    };
  }

  /**
   * Room to decode a batch and work on it, in the order asked. Throws "exhausted" USAGE_BACKLOG
   * when the caller has gone before its turn.
   */
  async turn(bytes: number, call: Pick<CallContext, "signal">): Promise<Release> {
    if (this.#waiting.length === 0 && this.#fits(bytes)) return this.#work(bytes);
    const { promise, resolve, reject } = Promise.withResolvers<Release>();
    const waiter = { bytes, letIn: resolve };
    this.#waiting.push(waiter);
    const { signal } = call;
    const giveUp = () => {
      const at = this.#waiting.indexOf(waiter);
      if (at >= 0) this.#waiting.splice(at, 1);
      reject(backlog());
      this.#letIn();
    };
    signal.addEventListener("abort", giveUp);
    if (signal.aborted) giveUp();
    return promise.finally(() => signal.removeEventListener("abort", giveUp));
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
  #fits(bytes: number): boolean {
    return this.#workBytes === 0 || this.#workBytes + bytes <= this.#limits.workBytesMax;
  }

  #work(bytes: number): Release {
    this.#workBytes += bytes;
    return once(() => {
      this.#workBytes -= bytes;
      this.#letIn();
    });
  }

  #letIn(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (!this.#fits(next.bytes)) return;
      this.#waiting.shift();
      next.letIn(this.#work(next.bytes));
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
