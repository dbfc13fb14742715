import type { Reservation } from "./gate-call.ts";
import type { GateClock } from "./gate-clock.ts";

/** Reservations kept at one time; past it the oldest is counted as reserved before its time. */
const RESERVATIONS_MAX = 100_000;

/** Reservations nobody has settled yet. In the order they were made, which is the order they end. */
export class Reservations {
  readonly #clock: GateClock;
  readonly #patienceMs: number;
  readonly #unsettled: (reservation: Reservation) => void;
  readonly #open = new Map<string, { reservation: Reservation; endsAt: number }>();
  #cancelTimer: (() => void) | undefined;

  /** `unsettled` is told of each reservation whose time is over: it counts as reserved. */
  constructor(clock: GateClock, patienceMs: number, unsettled: (reservation: Reservation) => void) {
    this.#clock = clock;
    this.#patienceMs = patienceMs;
    this.#unsettled = unsettled;
  }

  add(reservation: Reservation): void {
    const endsAt = this.#clock.monotonicMs() + this.#patienceMs;
    this.#open.set(reservation.eventId, { reservation, endsAt });
    if (this.#open.size > RESERVATIONS_MAX) this.#endOldest();
    this.#arm();
  }

  /** It is settled. */
  remove(eventId: string): void {
    this.#open.delete(eventId);
  }

  /** Ends all of them now: the gate stops. */
  endAll(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    while (this.#open.size > 0) this.#endOldest();
  }

  #arm(): void {
    const [oldest] = this.#open.values();
    if (oldest === undefined || this.#cancelTimer !== undefined) return;
    const waitMs = Math.max(0, oldest.endsAt - this.#clock.monotonicMs());
    this.#cancelTimer = this.#clock.after(waitMs, () => {
      this.#cancelTimer = undefined;
      this.#endDue();
      this.#arm();
    });
  }

  #endDue(): void {
    const now = this.#clock.monotonicMs();
    for (const { reservation, endsAt } of this.#open.values()) {
      if (endsAt > now) return;
      this.#open.delete(reservation.eventId);
      this.#unsettled(reservation);
    }
  }

  #endOldest(): void {
    const [oldest] = this.#open.values();
    if (oldest === undefined) return;
    this.#open.delete(oldest.reservation.eventId);
    this.#unsettled(oldest.reservation);
  }
}
