import { latencyBucket } from "./latency-histogram.ts";
import type { PendingItem } from "./usage-batch.ts";
import { cellBytes } from "./usage-batch.ts";
import type {
  Hold,
  UsageAdmission,
  UsageCell,
  UsageEvent,
  UsageRefusal,
} from "./usage-protocol.ts";

/** The units of one item, and so of a cell, are at most this. */
const UNITS_MAX = 1e12;
/** Calls in one cell. */
const COUNT_MAX = 1e9;
const MINUTE_MS = 60_000;

/** A call that is over, ready to be counted. Units, bytes and status are checked already. */
export interface CountedCall {
  /** Who called what. */
  readonly identity: Pick<UsageEvent, "caller" | "endpoint" | "method">;
  /** The same object for calls that came under the same answer, so that comparing is cheap. */
  readonly hold: Hold | undefined;
  readonly admittedAtMs: number;
  readonly status: number;
  readonly latencyUs: number | undefined;
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly units: number;
  readonly refusal: UsageRefusal | undefined;
  readonly admission: UsageAdmission | undefined;
  readonly properties: Readonly<Record<string, string>> | undefined;
  /** UUIDv7 if the call has an id already: it then travels as an event. */
  readonly eventId: string | undefined;
}

/** Where the open cells of one kind of calls stand. */
export interface CellShelf {
  cells: CellDraft[];
}

/**
 * A cell still open: calls that differ in nothing but latency, bytes and units. It is made from
 * its first call and stays as small as that until a second one comes.
 */
export class CellDraft implements PendingItem<UsageCell> {
  readonly #first: CountedCall;
  readonly #minuteMs: number;
  #count = 1;
  #units: number;
  #requestBytes: number;
  #responseBytes: number;
  #latency: number[] | undefined;
  /** Sums of what the calls hold; undefined while there is one call. */
  #held: number[] | undefined;

  constructor(first: CountedCall) {
    this.#first = first;
    this.#minuteMs = Math.floor(first.admittedAtMs / MINUTE_MS) * MINUTE_MS;
    this.#units = first.units;
    this.#requestBytes = first.requestBytes;
    this.#responseBytes = first.responseBytes;
  }

  /** Adds a call if it belongs here; false if it needs a cell of its own. */
  take(call: CountedCall): boolean {
    if (!this.#fits(call)) return false;
    if (this.#count === 1 && this.#first.latencyUs !== undefined) {
      this.#addLatency(this.#first.latencyUs);
    }
    this.#addHeld(call.hold);
    this.#count += 1;
    this.#units += call.units;
    this.#requestBytes += call.requestBytes;
    this.#responseBytes += call.responseBytes;
    if (call.latencyUs !== undefined) this.#addLatency(call.latencyUs);
    return true;
  }

  get bytes(): number {
    return cellBytes(this.#first.identity.endpoint);
  }

  get hold(): Hold | undefined {
    const { hold } = this.#first;
    const held = this.#held;
    if (hold === undefined || held === undefined) return hold;
    const units = hold.units.map(({ counterId }, at) => ({ counterId, units: held[at] ?? 0 }));
    return { gateId: hold.gateId, units };
  }

  toItem(hold: number): UsageCell {
    const { identity, status, refusal, admission, latencyUs } = this.#first;
    if (this.#count === 1 && latencyUs !== undefined) this.#addLatency(latencyUs);
    return {
      caller: identity.caller,
      endpoint: identity.endpoint,
      method: identity.method,
      status,
      minuteMs: this.#minuteMs,
      count: this.#count,
      units: this.#units,
      requestBytes: this.#requestBytes,
      responseBytes: this.#responseBytes,
      latency: this.#latency,
      refusal,
      admission,
      hold,
    };
  }

  #fits(call: CountedCall): boolean {
    const first = this.#first;
    const sinceMs = call.admittedAtMs - this.#minuteMs;
    return (
      sinceMs >= 0 &&
      sinceMs < MINUTE_MS &&
      call.status === first.status &&
      call.refusal === first.refusal &&
      call.admission === first.admission &&
      (call.hold === first.hold || sameLeases(call.hold, first.hold)) &&
      this.#count < COUNT_MAX &&
      this.#units + call.units <= UNITS_MAX &&
      this.#holdsCountExactly(call.hold)
    );
  }

  #holdsCountExactly(hold: Hold | undefined): boolean {
    if (hold === undefined) return true;
    for (let at = 0; at < hold.units.length; at += 1) {
      const sum = this.#heldAt(at) + (hold.units[at]?.units ?? 0);
      if (sum > Number.MAX_SAFE_INTEGER) return false;
    }
    return true;
  }

  #addHeld(hold: Hold | undefined): void {
    if (hold === undefined) return;
    this.#held ??= hold.units.map((_, at) => this.#heldAt(at));
    for (let at = 0; at < hold.units.length; at += 1) {
      this.#held[at] = this.#heldAt(at) + (hold.units[at]?.units ?? 0);
    }
  }

  #heldAt(at: number): number {
    return this.#held?.[at] ?? this.#first.hold?.units[at]?.units ?? 0;
  }

  #addLatency(latencyUs: number): void {
    const bucket = latencyBucket(latencyUs);
    this.#latency ??= [];
    while (this.#latency.length <= bucket) this.#latency.push(0);
    this.#latency[bucket] = (this.#latency[bucket] ?? 0) + 1;
  }
}

/** Whether two calls hold units of the same leases, in the same order. */
function sameLeases(one: Hold | undefined, other: Hold | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return (
    one.gateId === other.gateId &&
    one.units.length === other.units.length &&
    one.units.every(({ counterId }, at) => counterId === other.units[at]?.counterId)
  );
}
