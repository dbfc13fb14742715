import type { Window } from "@tollbook/domain";

/**
 * What a gate does about a limit when metering cannot be reached: refuse what no lease covers, or
 * let up to `budgetCalls` calls through until metering answers again.
 */
export type FailureMode =
  | { readonly kind: "closed" }
  | { readonly kind: "open"; readonly budgetCalls: number };

/** Why a limit refuses. */
export type LimitRefusal = "QUOTA_EXHAUSTED" | "RATE_LIMITED" | "PAYMENT_REQUIRED";

/** One bundle asked for: all limits that apply to these calls, or nothing. */
export interface LeaseAsk {
  readonly keyId: string;
  readonly customerId: string;
  readonly endpoint: string;
  readonly method: string;
  readonly test: boolean;
  /** Calls the gate wants to be able to admit, its unspent units included; 0 is only a look. */
  readonly wantedCalls: number;
  /** Units each of the calls declares. */
  readonly unitsPerCall: number;
}

/** What the gate knows of one of its leases; totals run from the gate's start and only grow. */
export interface KnownLease {
  readonly counterId: string;
  readonly grantedTotal: bigint;
  readonly returnedTotal: bigint;
  readonly unspent: bigint;
}

/** Asks of one gate, at most 100, with the leases they touch. */
export interface LeaseRequest {
  /** UUIDv7, new at each start of a gate. */
  readonly gateId: string;
  readonly asks: readonly LeaseAsk[];
  readonly known: readonly KnownLease[];
  /** What it holds of the rates that it knows to apply to the asks. */
  readonly shares: readonly HeldShare[];
}

/** What a gate holds of one rate, and what it would like to hold. */
export interface HeldShare {
  readonly bucketId: string;
  /** Number of the answer its share comes from; 0 if it holds none. */
  readonly number: bigint;
  /** Millionths of a call that it gives back with this message, and never spends. */
  readonly returnedMicro: bigint;
  /** Calls a minute it sees, in thousandths. */
  readonly demandPerMinuteMilli: bigint;
  /** Calls it could let through at once. */
  readonly wantedCalls: number;
}

/** A gate's share of one rate. */
export interface RateShareState {
  readonly bucketId: string;
  /** Goes up with each answer; an older one than the gate has is ignored. */
  readonly number: bigint;
  /** Calls a minute, in thousandths, at which its bucket fills. */
  readonly ratePerMinuteMilli: bigint;
  /** Calls its bucket holds at most; 0 if it has to wait for its turn. */
  readonly burst: number;
  /** Millionths of a call that come with this answer. */
  readonly grantedMicro: bigint;
  /** How long it lasts, from before the ask: at most 2,000. */
  readonly expiresInMs: number;
  /** If it is less than was wanted: after how long more may be asked for; else 0. */
  readonly askAgainAfterMs: number;
}

/** What a gate gives back of one rate: the whole share. */
export interface ShareReturn {
  readonly bucketId: string;
  readonly number: bigint;
  readonly returnedMicro: bigint;
}

/** One limit that applies to an ask, as it stood when the answer was made. */
export interface LimitTerms {
  readonly limitId: string;
  readonly name: string;
  /** The bucket of a rate. */
  readonly counterId: string;
  readonly meterId: string;
  readonly version: bigint;
  /** Absent for a rate, which has no window. */
  readonly window?: Window | undefined;
  /** Business time in milliseconds; absent for a total and a rate. */
  readonly windowStartMs?: number | undefined;
  /** When it resets, not included; absent for a total and a rate. */
  readonly windowEndMs?: number | undefined;
  /** Hard limits refuse and need a lease; soft ones charge and need none. */
  readonly hard: boolean;
  readonly limit: bigint;
  readonly consumed: bigint;
  /** Units free to grant after this answer: in no lease, not stranded, not consumed. */
  readonly remaining: bigint;
  /** Units of the limit's meter that one such call costs: a safe whole number. */
  readonly costPerCall: number;
  /** What to say when it has no room. */
  readonly refusal: LimitRefusal;
  /** True if it was this limit that had no room. */
  readonly exhausted: boolean;
  /** Calls a minute, in thousandths, if this is a rate; `limit` is its burst. */
  readonly ratePerMinuteMilli?: bigint | undefined;
  /** Absent means the account's default. */
  readonly failureMode?: FailureMode | undefined;
}

/** The answer to one ask. */
export interface AskAnswer {
  /** Set if it cannot be known which limits apply; the rest then means nothing. */
  readonly unknown: boolean;
  /** Calls that may be admitted in all, the gate's unspent units included. */
  readonly grantedCalls: number;
  /** Empty if no limit applies. */
  readonly limits: readonly LimitTerms[];
  /** How long "these limits apply" may be relied upon, from before the ask. At most 2,000. */
  readonly validForMs: number;
  /** After how long to ask again if fewer calls were granted than wanted. */
  readonly askAgainAfterMs: number;
  /** The customer's plan, for showing. */
  readonly planName?: string | undefined;
}

/** One lease as the database has it. */
export interface LeaseState {
  readonly counterId: string;
  /** If more than the gate knew (a reply was lost), this is the truth. */
  readonly grantedTotal: bigint;
  /** How long it lasts, from before the ask; 0 means it has ended. */
  readonly expiresInMs: number;
}

/** The answer to a gate: one answer for each ask, in their order. */
export interface LeaseAnswer {
  readonly answers: readonly AskAnswer[];
  /** Every lease of the gate on a counter named in the answers or in `known`. */
  readonly leases: readonly LeaseState[];
  /** The gate's share of every rate named in the answers. */
  readonly shares: readonly RateShareState[];
  /** The service's business time. */
  readonly businessMs: number;
  /** Meters that need each call as an event of its own. */
  readonly eventMeterIds: readonly string[];
}

/** Units a gate gives back. Cumulative: a repeat changes nothing. */
export interface LeaseReturn {
  readonly counterId: string;
  readonly returnedTotal: bigint;
  /** The gate is stopping and takes no more from this lease. */
  readonly final: boolean;
}

/** What a gate gives back, at most 1,000 leases at once. */
export interface LeaseRelease {
  readonly gateId: string;
  readonly returns: readonly LeaseReturn[];
  readonly shareReturns: readonly ShareReturn[];
}
