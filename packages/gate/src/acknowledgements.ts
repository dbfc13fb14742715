import { DomainError } from "@tollbook/domain";
import type { UsageBatch, UsageReceipt } from "./usage-protocol.ts";

/** Who waits for the receipt of a single event. */
export class Acknowledgements {
  readonly #waiting = new Map<string, { resolve(): void; reject(error: Error): void }>();

  /** Resolves when metering has counted this event; rejects if it never will. */
  wait(eventId: string): Promise<void> {
    return new Promise((resolve, reject) => this.#waiting.set(eventId, { resolve, reject }));
  }

  /** A batch has its receipt; events that are sent again go on waiting. */
  tell({ events }: UsageBatch, { retryEvents, rejections }: UsageReceipt): void {
    if (this.#waiting.size === 0) return;
    const later = new Set(retryEvents);
    const refused = rejections.filter(({ kind }) => kind === "event");
    const reasons = new Map(refused.map((rejection) => [rejection.index, rejection]));
    events.forEach(({ eventId }, at) => {
      const waiting = this.#waiting.get(eventId);
      if (waiting === undefined || later.has(at)) return;
      this.#waiting.delete(eventId);
      const why = reasons.get(at);
      if (why === undefined) waiting.resolve();
      else waiting.reject(new DomainError("invalid", why.reason, why.message, { eventId }));
    });
  }

  /** A batch will never be taken. */
  fail({ events }: UsageBatch, error: Error): void {
    for (const { eventId } of events) {
      this.#waiting.get(eventId)?.reject(error);
      this.#waiting.delete(eventId);
    }
  }
}
