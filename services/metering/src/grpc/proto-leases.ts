import {
  type AcquireLeasesRequest,
  AcquireLeasesResponse,
  Refusal,
} from "@tollbook/contracts/metering/v1";
import type { AppliedLimit, AppliedRate, LeaseAnswer, LeaseGrant } from "../app/lease-answer.ts";
import type { LeaseRequest } from "../app/lease-request.ts";
import { isBounded } from "../domain/quota.ts";
import type { RateShare } from "../domain/rate-desk.ts";
import { protoEnforcement, protoFailureMode, protoWindow } from "../words/proto-limits.ts";

/** An answer to a gate on the wire. */
export function toProtoLeases(answer: LeaseAnswer, serverTime: Date): AcquireLeasesResponse {
  return AcquireLeasesResponse.fromPartial({
    grants: answer.grants.map(toProtoGrant),
    leases: [...answer.leases],
    eventMeterIds: [...answer.eventMeterIds],
    shares: answer.shares.map(toProtoShare),
    serverTime,
  });
}

/** What a gate asks, in our words. */
export function fromProtoLeaseRequest(request: AcquireLeasesRequest): LeaseRequest {
  const { gateId, asks, known } = request;
  const shares = request.shares.map((share) => ({
    bucketId: share.bucketId,
    number: share.number,
    returnedMicro: share.returnedMicro,
    demand: share.demandPerMinuteMilli,
    wantedCalls: BigInt(share.wantedCalls),
  }));
  return { gateId, asks, known, shares };
}

function toProtoShare({ perMinuteMilli, burst, ...share }: RateShare) {
  return { ...share, ratePerMinuteMilli: perMinuteMilli, burst: Number(burst) };
}

function toProtoGrant({ limits, rates, ...grant }: LeaseGrant) {
  const { grantedCalls, validForMs, askAgainAfterMs, planName, customerId, unknown } = grant;
  return {
    ...{ grantedCalls, planName, customerId, unknown, validForMs, askAgainAfterMs },
    limits: [...limits.map(toProtoLimit), ...rates.map(toProtoRate)],
  };
}

function toProtoRate({ limit, bucketId, remaining, exhausted }: AppliedRate) {
  const { limitId, name, version, burst, openBudgetCalls, failureMode } = limit;
  return {
    ...{ limitId, name, counterId: bucketId, version, openBudgetCalls, remaining, exhausted },
    ...{ limit: burst, costPerCall: 1n, ratePerMinuteMilli: limit.perMinuteMilli },
    enforcement: protoEnforcement(true),
    refusal: Refusal.RATE_LIMITED,
    failureMode: protoFailureMode(failureMode),
  };
}

function toProtoLimit({ limit, counter, ...state }: AppliedLimit) {
  const { limitId, name, meterId, version, window, hard, quota, openBudgetCalls } = limit;
  const { counterId, span } = counter;
  const { consumed, remaining, costPerCall, exhausted } = state;
  return {
    ...{ limitId, name, counterId, meterId, version, openBudgetCalls },
    ...{ consumed, remaining, costPerCall, exhausted },
    limit: quota,
    window: protoWindow(window),
    ...(isBounded(span) && { windowStartTime: span.start, resetTime: span.end }),
    enforcement: protoEnforcement(hard),
    refusal: Refusal.QUOTA_EXHAUSTED,
    failureMode: protoFailureMode(limit.failureMode),
  };
}
