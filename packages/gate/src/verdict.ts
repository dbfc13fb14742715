import { newId } from "@tollbook/domain";
import type { Decision } from "./decision.ts";
import type {
  CallOutcome,
  DecisionMode,
  GateCall,
  LimitState,
  Reservation,
  Verdict,
} from "./gate-call.ts";
import { checkOutcome } from "./gate-call.ts";
import type { KeyRecord } from "./key-record.ts";
import type { Place } from "./place.ts";
import type { Terms } from "./terms.ts";
import type { CellShelf, CountedCall } from "./usage-cell.ts";
import type { Hold, UsageAdmission, UsageRefusal } from "./usage-protocol.ts";
import type { VerdictCode } from "./verdict-code.ts";

/** Longest latency a histogram or an event can carry, in microseconds. */
const LATENCY_US_MAX = 2 ** 32 - 1;

/** What a verdict does with its gate. */
export interface VerdictHost {
  /** Counts a call; gives its event id if it travels as an event. */
  count(call: CountedCall, shelf: CellShelf, declaredUnits: number): string | undefined;
  reserve(reservation: Reservation): void;
}

/** A verdict, and at the same time the call it will be counted as: one object on the warm path. */
export class GateVerdict implements Verdict, CountedCall {
  readonly caller: KeyRecord | undefined;
  readonly hold: Hold | undefined;
  readonly admittedAtMs: number;
  readonly identity: CountedCall["identity"];
  status = 0;
  latencyUs: number | undefined;
  requestBytes = 0;
  responseBytes = 0;
  units: number;
  properties: Readonly<Record<string, string>> | undefined;
  eventId: string | undefined;
  readonly #host: VerdictHost;
  readonly #decision: Decision;
  readonly #shelf: CellShelf;
  readonly #terms: Terms | undefined;
  #countable: boolean;

  constructor(
    host: VerdictHost,
    call: GateCall,
    admittedAtMs: number,
    decision: Decision,
    hold: Hold | undefined,
    place: Place | undefined,
    caller: KeyRecord | undefined,
  ) {
    this.caller = caller;
    this.hold = hold;
    this.admittedAtMs = admittedAtMs;
    this.identity = place === undefined ? NOBODY : place.identity;
    this.units = call.units ?? 1;
    this.properties = call.properties;
    this.eventId = decision.allowed ? call.requestId : undefined;
    this.#host = host;
    this.#decision = decision;
    this.#shelf = place ?? NO_SHELF;
    this.#terms = place?.bundle.terms;
    this.#countable = place !== undefined && call.count !== "never";
  }

  get code(): VerdictCode {
    return this.#decision.code;
  }

  get allowed(): boolean {
    return this.#decision.allowed;
  }

  get mode(): DecisionMode {
    return this.#decision.mode;
  }

  get retryAfterMs(): number | undefined {
    return this.#decision.retryAfterMs;
  }

  get admission(): UsageAdmission | undefined {
    return this.#decision.admission;
  }

  get refusal(): UsageRefusal | undefined {
    return this.#decision.refusal;
  }

  get planName(): string | undefined {
    return this.#terms?.planName;
  }

  get limits(): readonly LimitState[] {
    return this.#terms?.states() ?? [];
  }

  settle(outcome: CallOutcome): void {
    if (!this.#countable) return;
    checkOutcome(outcome);
    this.#countable = false;
    const declaredUnits = this.units;
    this.status = outcome.status ?? 0;
    this.latencyUs = latencyUsOf(outcome);
    this.requestBytes = outcome.requestBytes ?? 0;
    this.responseBytes = outcome.responseBytes ?? 0;
    this.units = outcome.units ?? declaredUnits;
    this.properties = outcome.properties ?? this.properties;
    this.eventId = this.#host.count(this, this.#shelf, declaredUnits);
  }

  reserve(): Reservation | undefined {
    if (!this.#countable || !this.allowed) return undefined;
    this.#countable = false;
    this.eventId ??= newId();
    const { eventId, admittedAtMs, units, hold, admission, properties } = this;
    const { caller, endpoint, method } = this.identity;
    const reservation = {
      ...{ eventId, caller, endpoint, method },
      ...{ admittedAtMs, units, hold, admission, properties },
    };
    this.#host.reserve(reservation);
    return reservation;
  }
}

/** Whole microseconds of an outcome's latency, as far as usage can carry it. */
export function latencyUsOf({ latencyMs }: CallOutcome): number | undefined {
  if (latencyMs === undefined) return undefined;
  return Math.min(Math.round(latencyMs * 1_000), LATENCY_US_MAX);
}

const NOBODY: CountedCall["identity"] = { caller: { keyId: "" }, endpoint: "", method: "" };
const NO_SHELF: CellShelf = { cells: [] };
