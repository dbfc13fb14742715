import { DomainError } from "@tollbook/domain";
import { Acknowledgements } from "./acknowledgements.ts";
import type { GateEnvironment } from "./gate-environment.ts";
import { noLongerThan } from "./patience.ts";
import { pendingAgain, takeBatch } from "./usage-batch.ts";
import type { UsageBatch, UsageReceipt } from "./usage-protocol.ts";

/** Batches under way at one time. */
const IN_FLIGHT_MAX = 4;
/** Retries wait a random time from this … */
const RETRY_MIN_MS = 200;
/** … up to twice as much with each failure, at most this (full jitter). */
const RETRY_MAX_MS = 30_000;
/** While somebody waits for a flush, retries do not wait longer than this. */
const HURRIED_RETRY_MS = 500;

/** A frozen batch on its way. */
interface Outgoing {
  readonly batch: UsageBatch;
  attempts: number;
  state: "ready" | "sending" | "waiting";
  cancelWait: () => void;
}

/** Sends frozen batches until they are acknowledged. */
export class UsageSender {
  readonly #environment: GateEnvironment;
  readonly #outgoing = new Set<Outgoing>();
  readonly #acknowledgements = new Acknowledgements();
  #whenIdle: (() => void)[] = [];
  #hurried = 0;
  #inFlight = 0;
  /** Items of batches that are not acknowledged. */
  items = 0;
  /** Events among them. */
  events = 0;

  constructor(environment: GateEnvironment) {
    this.#environment = environment;
  }

  /** As many batches are on their way as may be; more would only wait. */
  get behind(): boolean {
    return this.#outgoing.size >= IN_FLIGHT_MAX;
  }

  /** Sends a batch as soon as there is a place, or after `waitMs`. */
  send(batch: UsageBatch, waitMs = 0, attempts = 0): void {
    const outgoing: Outgoing = { batch, attempts, state: "ready", cancelWait: () => {} };
    this.#outgoing.add(outgoing);
    this.items += batch.events.length + batch.cells.length;
    this.events += batch.events.length;
    if (waitMs > 0) this.#wait(outgoing, waitMs);
    this.#next();
  }

  /** Resolves when metering has counted this event; rejects if it never will. */
  acknowledged(eventId: string): Promise<void> {
    return this.#acknowledgements.wait(eventId);
  }

  /** Tries everything at once, and resolves when nothing is left or after `withinMs`. */
  async finish(withinMs: number): Promise<readonly UsageBatch[]> {
    this.#hurried += 1;
    for (const outgoing of this.#outgoing) this.#wake(outgoing);
    if (this.#outgoing.size > 0) {
      const idle = new Promise<void>((resolve) => this.#whenIdle.push(resolve));
      await noLongerThan(this.#environment.clock, withinMs, idle);
    }
    this.#hurried -= 1;
    return [...this.#outgoing].map(({ batch }) => batch);
  }

  #next(): void {
    for (const outgoing of this.#outgoing) {
      if (this.#inFlight >= IN_FLIGHT_MAX) return;
      if (outgoing.state === "ready") void this.#attempt(outgoing);
    }
  }

  async #attempt(outgoing: Outgoing): Promise<void> {
    const { ports, elapsed, business, eventMeters } = this.#environment;
    const { batch } = outgoing;
    outgoing.state = "sending";
    this.#inFlight += 1;
    const sentAt = elapsed.now();
    try {
      const receipt = await ports.recordUsage(batch);
      business.hear(receipt.businessMs, elapsed.now(), sentAt);
      eventMeters.hear(receipt.eventMeterIds);
      this.#done(outgoing);
      this.#settle(outgoing, receipt);
    } catch (error) {
      if (isFinal(error)) this.#refused(outgoing, error);
      else this.#failed(outgoing, error);
    }
    this.#inFlight -= 1;
    this.#next();
    if (this.#outgoing.size === 0) for (const resolve of this.#whenIdle.splice(0)) resolve();
  }

  #settle({ batch, attempts }: Outgoing, receipt: UsageReceipt): void {
    const { retryEvents, retryCells, rejected, rejections, rejectedByReason } = receipt;
    const again = {
      events: itemsAt(batch.events, retryEvents).map((event) => pendingAgain(event, batch)),
      cells: itemsAt(batch.cells, retryCells).map((cell) => pendingAgain(cell, batch)),
      samples: [],
    };
    while (again.events.length + again.cells.length > 0) {
      const waitMs = this.#retryWaitMs(attempts);
      this.send(takeBatch(again, batch.recorderId), waitMs, attempts + 1);
    }
    if (rejected > 0) {
      const news = { batch, rejected, rejections, rejectedByReason };
      this.#environment.observer.usageRejected?.(news);
    }
    this.#acknowledgements.tell(batch, receipt);
  }

  /** One bad item may be why a batch is invalid: halves are tried until it stands alone. */
  #refused(outgoing: Outgoing, error: DomainError): void {
    const { batch } = outgoing;
    this.#done(outgoing);
    const rejected = batch.events.length + batch.cells.length;
    if (error.kind === "invalid" && rejected > 1) {
      this.#halve(batch);
      return;
    }
    const rejectedByReason = { [error.reason]: rejected };
    const news = { batch, rejected, rejections: [], rejectedByReason };
    this.#environment.observer.usageRejected?.(news);
    this.#acknowledgements.fail(batch, error);
  }

  #halve(batch: UsageBatch): void {
    const events = batch.events.map((event) => pendingAgain(event, batch));
    const cells = batch.cells.map((cell) => pendingAgain(cell, batch));
    const first = {
      events: events.splice(0, Math.ceil(events.length / 2)),
      cells: cells.splice(0, Math.floor(cells.length / 2)),
      samples: [],
    };
    for (const part of [first, { events, cells, samples: [] }]) {
      while (part.events.length + part.cells.length > 0) {
        this.send(takeBatch(part, batch.recorderId));
      }
    }
  }

  #failed(outgoing: Outgoing, error: unknown): void {
    const asked = error instanceof DomainError ? (error.retryAfterMs ?? 0) : 0;
    this.#wait(outgoing, Math.max(asked, this.#retryWaitMs(outgoing.attempts)));
    outgoing.attempts += 1;
    this.#environment.observer.trouble?.("record-usage", error);
  }

  #wait(outgoing: Outgoing, waitMs: number): void {
    outgoing.state = "waiting";
    const limit = this.#hurried > 0 ? HURRIED_RETRY_MS : Number.POSITIVE_INFINITY;
    outgoing.cancelWait = this.#environment.clock.after(Math.min(waitMs, limit), () => {
      this.#wake(outgoing);
    });
  }

  #wake(outgoing: Outgoing): void {
    if (outgoing.state !== "waiting") return;
    outgoing.cancelWait();
    outgoing.state = "ready";
    this.#next();
  }

  #retryWaitMs(attempts: number): number {
    const most = Math.min(RETRY_MIN_MS * 2 ** (attempts + 1), RETRY_MAX_MS);
    return RETRY_MIN_MS + this.#environment.random() * (most - RETRY_MIN_MS);
  }

  #done(outgoing: Outgoing): void {
    const { batch } = outgoing;
    this.#outgoing.delete(outgoing);
    this.items -= batch.events.length + batch.cells.length;
    this.events -= batch.events.length;
  }
}

function itemsAt<Item>(items: readonly Item[], places: readonly number[]): Item[] {
  return places.flatMap((place) => {
    const item = items[place];
    return item === undefined ? [] : [item];
  });
}

/** Metering will never take this batch, however often it is sent. */
function isFinal(error: unknown): error is DomainError {
  return error instanceof DomainError && (error.kind === "invalid" || error.kind === "conflict");
}
