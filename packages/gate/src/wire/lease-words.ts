import {
  AcquireLeasesRequest,
  type AcquireLeasesResponse,
  type AppliedLimit,
  Enforcement,
  type LeaseGrant,
  FailureMode as ProtoFailureMode,
  type LeaseState as ProtoLeaseState,
  Window as ProtoWindow,
  Refusal,
  ReleaseLeasesRequest,
} from "@tollbook/contracts/metering/v1";
import type { Window } from "@tollbook/domain";
import type {
  AskAnswer,
  FailureMode,
  LeaseAnswer,
  LeaseRelease,
  LeaseRequest,
  LeaseState,
  LimitRefusal,
  LimitTerms,
} from "../lease-protocol.ts";

const windows: Readonly<Record<number, Window | undefined>> = {
  [ProtoWindow.MINUTE]: "minute",
  [ProtoWindow.HOUR]: "hour",
  [ProtoWindow.DAY]: "day",
  [ProtoWindow.MONTH]: "month",
  [ProtoWindow.PERIOD]: "period",
  [ProtoWindow.TOTAL]: "total",
};

const refusals: Readonly<Record<number, LimitRefusal | undefined>> = {
  [Refusal.QUOTA_EXHAUSTED]: "QUOTA_EXHAUSTED",
  [Refusal.RATE_LIMITED]: "RATE_LIMITED",
  [Refusal.PAYMENT_REQUIRED]: "PAYMENT_REQUIRED",
};

/** A gate's asks as they travel. */
export function toProtoLeaseRequest({
  gateId,
  asks,
  known,
  shares,
}: LeaseRequest): AcquireLeasesRequest {
  return AcquireLeasesRequest.fromPartial({
    gateId,
    asks: asks.map(({ keyId, endpoint, method, wantedCalls, unitsPerCall }) => {
      return { keyId, endpoint, method, wantedCalls, unitsPerCall: BigInt(unitsPerCall) };
    }),
    known: [...known],
    shares: [...shares],
  });
}

/** Metering's answer as a gate reads it. */
export function fromProtoLeaseAnswer(response: AcquireLeasesResponse): LeaseAnswer {
  return {
    answers: response.grants.map(fromProtoGrant),
    leases: response.leases.map(fromProtoLeaseState),
    shares: response.shares,
    businessMs: (response.serverTime ?? new Date()).getTime(),
    eventMeterIds: response.eventMeterIds,
  };
}

/** One lease as the database has it. */
export function fromProtoLeaseState(lease: ProtoLeaseState): LeaseState {
  const { counterId, grantedTotal, expiresInMs } = lease;
  return { counterId, grantedTotal, expiresInMs };
}

/** What a gate gives back, as it travels. */
export function toProtoLeaseRelease(release: LeaseRelease): ReleaseLeasesRequest {
  const { gateId, returns, shareReturns } = release;
  return ReleaseLeasesRequest.fromPartial({
    ...{ gateId, returns: [...returns] },
    shareReturns: [...shareReturns],
  });
}

function fromProtoGrant(grant: LeaseGrant): AskAnswer {
  return {
    unknown: grant.unknown,
    grantedCalls: grant.grantedCalls,
    limits: grant.limits.map(fromProtoLimit),
    validForMs: grant.validForMs,
    askAgainAfterMs: grant.askAgainAfterMs,
    planName: grant.planName === "" ? undefined : grant.planName,
  };
}

function fromProtoLimit(limit: AppliedLimit): LimitTerms {
  return {
    limitId: limit.limitId,
    name: limit.name,
    counterId: limit.counterId,
    meterId: limit.meterId,
    version: limit.version,
    window: windows[limit.window],
    windowStartMs: limit.windowStartTime?.getTime(),
    windowEndMs: limit.resetTime?.getTime(),
    hard: limit.enforcement !== Enforcement.SOFT,
    limit: limit.limit,
    consumed: limit.consumed,
    remaining: limit.remaining,
    costPerCall: Number(limit.costPerCall),
    refusal: refusals[limit.refusal] ?? "QUOTA_EXHAUSTED",
    exhausted: limit.exhausted,
    ratePerMinuteMilli: limit.ratePerMinuteMilli || undefined,
    failureMode: fromProtoFailureMode(limit),
  };
}

function fromProtoFailureMode(limit: AppliedLimit): FailureMode | undefined {
  const { failureMode, openBudgetCalls } = limit;
  if (failureMode === ProtoFailureMode.CLOSED) return { kind: "closed" };
  if (failureMode !== ProtoFailureMode.OPEN) return undefined;
  return { kind: "open", budgetCalls: Number(openBudgetCalls) };
}
