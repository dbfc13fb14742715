import { AcquireLeasesResponse, Refusal } from "@tollbook/contracts/metering/v1";
import type { AppliedLimit, LeaseAnswer, LeaseGrant } from "../app/lease-answer.ts";
import { isBounded } from "../domain/quota.ts";
import { protoEnforcement, protoFailureMode, protoWindow } from "../words/proto-limits.ts";

/** An answer to a gate on the wire. */
export function toProtoLeases(answer: LeaseAnswer, serverTime: Date): AcquireLeasesResponse {
  return AcquireLeasesResponse.fromPartial({
    grants: answer.grants.map(toProtoGrant),
    leases: [...answer.leases],
    eventMeterIds: [...answer.eventMeterIds],
    serverTime,
  });
}

function toProtoGrant({ limits, ...grant }: LeaseGrant) {
  const { grantedCalls, validForMs, askAgainAfterMs, planName, customerId, unknown } = grant;
  return {
    ...{ grantedCalls, planName, customerId, unknown, validForMs, askAgainAfterMs },
    limits: limits.map(toProtoLimit),
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
