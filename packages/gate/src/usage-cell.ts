import { LATENCY_BUCKET_COUNT, latencyBucket } from "./latency-histogram.ts";
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
  /** What it had declared when it was admitted. */
  readonly declaredUnits: number;
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

/** A cell still open: calls that differ in nothing but latency, bytes and units. */
export class CellDraft {
  readonly #first: CountedCall;
  readonly #minuteMs: number;
  #count = 0;
  #units = 0;
  #requestBytes = 0;
  #responseBytes = 0;
  #latency: number[] | undefined;
  readonly #heldUnits: number[];

  constructor(first: CountedCall) {
    this.#first = first;
    this.#minuteMs = Math.floor(first.admittedAtMs / MINUTE_MS) * MINUTE_MS;
    this.#heldUnits = first.hold?.units.map(() => 0) ?? [];
  }

  /** Adds a call if it belongs here; false if it needs a cell of its own. */
  take(call: CountedCall): boolean {
    if (!this.#fits(call)) return false;
    this.#count += 1;
    this.#units += call.units;
    this.#requestBytes += call.requestBytes;
    this.#responseBytes += call.responseBytes;
    if (call.latencyUs !== undefined) this.#addLatency(call.latencyUs);
    const held = call.hold?.units;
    for (let at = 0; at < this.#heldUnits.length; at += 1) {
      this.#heldUnits[at] = (this.#heldUnits[at] ?? 0) + (held?.[at]?.units ?? 0);
    }
    return true;
  }

  /** The cell as it is sent; `hold` is its place in the batch. */
  toCell(hold: number): UsageCell {
    const { identity, status, refusal, admission } = this.#first;
    const { caller, endpoint, method } = identity;
    return {
      ...{ caller, endpoint, method, status, refusal, admission, hold },
      minuteMs: this.#minuteMs,
      count: this.#count,
      units: this.#units,
      requestBytes: this.#requestBytes,
      responseBytes: this.#responseBytes,
      latency: this.#latency,
    };
  }

  /** What its calls hold together. */
  hold(): Hold | undefined {
    const { hold } = this.#first;
    if (hold === undefined) return undefined;
    const units = hold.units.map(({ counterId }, at) => {
      return { counterId, units: this.#heldUnits[at] ?? 0 };
    });
    return { gateId: hold.gateId, units };
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
    for (let at = 0; at < this.#heldUnits.length; at += 1) {
      const sum = (this.#heldUnits[at] ?? 0) + (hold?.units[at]?.units ?? 0);
      if (sum > Number.MAX_SAFE_INTEGER) return false;
    }
    return true;
  }

  #addLatency(latencyUs: number): void {
    this.#latency ??= new Array(LATENCY_BUCKET_COUNT).fill(0);
    const bucket = latencyBucket(latencyUs);
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
