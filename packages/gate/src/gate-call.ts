import { DomainError, isId } from "@tollbook/domain";
import type { KeyRecord } from "./key-record.ts";
import type { LimitTerms } from "./lease-protocol.ts";
import type { Hold, UsageAdmission, UsageEvent } from "./usage-protocol.ts";
import type { VerdictCode } from "./verdict-code.ts";

/** Units one call may declare. */
const UNITS_MAX = 1e12;
/** What metering takes as a route template and as a method. */
const ENDPOINT_LENGTH_MAX = 200;
const METHOD_LENGTH_MAX = 16;

/**
 * When a call is counted: `now`, if it is allowed; `later`, when its verdict (or its reservation)
 * is settled; `never`: it is only a look, and takes nothing.
 */
export type CountMode = "now" | "later" | "never";

/** A call to decide. */
export interface GateCall {
  /** The key as it was presented; absent (with no SHA-256 either) means none was. */
  readonly key?: string | undefined;
  /** SHA-256 of the key in hex, where the key itself is not at hand. */
  readonly keySha256?: string | undefined;
  /** Route template, such as `/v1/forecast/{city}`; at most 200 characters. */
  readonly endpoint: string;
  /** HTTP method in capitals, or `RPC`. */
  readonly method: string;
  /** Units the call declares, whole, 0 to 10^12; 1 if absent. */
  readonly units?: number | undefined;
  /** `now` if absent. */
  readonly count?: CountMode | undefined;
  /** Where the caller calls from, for keys with an allow-list. */
  readonly sourceAddress?: string | undefined;
  /** UUIDv7: a repeat with it is the same call, and becomes the usage event's id. */
  readonly requestId?: string | undefined;
  /** HTTP status, where it is known already and the call is counted now. */
  readonly status?: number | undefined;
  /** The account's own labels. */
  readonly properties?: Readonly<Record<string, string>> | undefined;
}

/** What became of a call: everything may be left out. */
export interface CallOutcome {
  /** HTTP status of the response, 100 to 599. */
  readonly status?: number | undefined;
  readonly latencyMs?: number | undefined;
  readonly requestBytes?: number | undefined;
  readonly responseBytes?: number | undefined;
  /** Units it really cost; as declared if absent. */
  readonly units?: number | undefined;
  readonly properties?: Readonly<Record<string, string>> | undefined;
}

/** How a verdict came about. */
export type DecisionMode = "enforced" | "shadow" | "failed-open" | "meter-only";

/** A limit that applied, as this gate knows it. Times are business time in milliseconds. */
export interface LimitState {
  readonly name: string;
  readonly limit: bigint;
  /** Units left after this call. */
  readonly remaining: bigint;
  readonly window: LimitTerms["window"];
  readonly windowStartMs: number | undefined;
  /** When it resets; undefined for a total or a rate. */
  readonly resetsAtMs: number | undefined;
  /** Hard limits refuse, soft ones charge. */
  readonly hard: boolean;
  /** Calls a minute, in thousandths, if this is a rate; `limit` is its burst. */
  readonly ratePerMinuteMilli?: bigint | undefined;
}

/** How long a rate takes to fill so many calls, in milliseconds; undefined if it is a quota. */
export function fillMs({ ratePerMinuteMilli }: LimitState, calls: bigint): number | undefined {
  if (ratePerMinuteMilli === undefined || ratePerMinuteMilli <= 0n) return undefined;
  return (Number(calls) * 60_000 * 1_000) / Number(ratePerMinuteMilli);
}

/** An admitted call that some process will settle: plain data, to be sealed and handed out. */
export interface Reservation {
  readonly eventId: string;
  readonly caller: UsageEvent["caller"];
  readonly endpoint: string;
  readonly method: string;
  readonly admittedAtMs: number;
  readonly units: number;
  readonly hold: Hold | undefined;
  readonly admission: UsageAdmission | undefined;
  readonly properties: Readonly<Record<string, string>> | undefined;
}

/** The decision on a call. */
export interface Verdict {
  /** What the rules say, also where the mode lets the call through all the same. */
  readonly code: VerdictCode;
  /** Whether the host lets the call through. */
  readonly allowed: boolean;
  readonly mode: DecisionMode;
  /** Who calls; undefined if the key is not known. */
  readonly caller: KeyRecord | undefined;
  readonly planName: string | undefined;
  /** Every limit that applies; worked out when it is read. */
  readonly limits: readonly LimitState[];
  /** When to try again; undefined if waiting does not help. */
  readonly retryAfterMs: number | undefined;
  /** The usage event's id, if the call travels as an event; known once it is counted. */
  readonly eventId: string | undefined;
  /**
   * Counts an allowed call that was checked with `later`; a second time, or on any other verdict,
   * it does nothing. Throws an "invalid" DomainError, and counts nothing, on impossible figures.
   */
  settle(outcome: CallOutcome): void;
  /** Hands the call over to `Gate.settle`, here or elsewhere; undefined if there is none to hand over. */
  reserve(): Reservation | undefined;
}

/** Units as declared; throws an "invalid" DomainError UNITS_OUT_OF_RANGE. */
export function checkUnits(units: number): number {
  if (Number.isSafeInteger(units) && units >= 0 && units <= UNITS_MAX) return units;
  throw new DomainError("invalid", "UNITS_OUT_OF_RANGE", "Units are whole, from 0 to 10^12.");
}

/** Refuses request ids that cannot be an event's; throws an "invalid" DomainError ID_MALFORMED. */
export function checkRequestId(requestId: string): void {
  if (isId(requestId)) return;
  const sentence = "A request id is a UUID of version 7, in lower case.";
  throw new DomainError("invalid", "ID_MALFORMED", sentence, { field: "request_id" });
}

/** Refuses places that usage could not name; throws an "invalid" DomainError. */
export function checkPlace(method: string, endpoint: string): void {
  if (endpoint.length === 0 || endpoint.length > ENDPOINT_LENGTH_MAX) {
    const sentence = "An endpoint is a route template of 1 to 200 characters.";
    throw new DomainError("invalid", "ENDPOINT_MALFORMED", sentence);
  }
  if (method.length === 0 || method.length > METHOD_LENGTH_MAX) {
    throw new DomainError("invalid", "METHOD_MALFORMED", "A method has 1 to 16 characters.");
  }
}

/** Refuses figures no call can have; throws an "invalid" DomainError OUTCOME_MALFORMED. */
export function checkOutcome(outcome: CallOutcome): void {
  const { status = 0, latencyMs = 0, requestBytes = 0, responseBytes = 0, units = 0 } = outcome;
  checkUnits(units);
  const bytes = Number.isSafeInteger(requestBytes) && Number.isSafeInteger(responseBytes);
  const positive = latencyMs >= 0 && requestBytes >= 0 && responseBytes >= 0 && status >= 0;
  if (bytes && positive && Number.isInteger(status) && status <= 599) return;
  const sentence = "Status is 0 to 599; latency and bytes are not negative, bytes whole.";
  throw new DomainError("invalid", "OUTCOME_MALFORMED", sentence);
}
