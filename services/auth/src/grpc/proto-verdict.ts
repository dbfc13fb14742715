import {
  CheckResponse,
  DecisionMode,
  type LimitState as ProtoLimitState,
  Verdict as ProtoVerdict,
} from "@tollbook/contracts/gate/v1";
import { fillMs, type LimitState, type Verdict } from "@tollbook/gate";

const modes = {
  enforced: DecisionMode.ENFORCED,
  shadow: DecisionMode.SHADOW,
  "failed-open": DecisionMode.FAILED_OPEN,
  "meter-only": DecisionMode.SHADOW,
} as const;

/** A decision as it travels. */
export function protoVerdict(
  verdict: Verdict,
  { settleToken, eventId }: { settleToken: string; eventId: string | undefined },
): CheckResponse {
  const caller = protoCaller(verdict);
  return CheckResponse.fromPartial({
    verdict: ProtoVerdict[verdict.code],
    ...(caller && { caller }),
    limits: verdict.limits.map(protoLimit),
    retryAfterMs: verdict.retryAfterMs === undefined ? 0 : Math.ceil(verdict.retryAfterMs),
    eventId: eventId ?? verdict.eventId ?? "",
    settleToken,
    mode: modes[verdict.mode],
  });
}

function protoCaller({ caller, planName = "" }: Verdict) {
  if (!caller) return undefined;
  const { customerId, customerExternalId, keyId, name: keyName, scopes, metadata, test } = caller;
  return {
    customerId,
    customerExternalId,
    keyId,
    keyName,
    planName,
    scopes: [...scopes],
    metadata: { ...metadata },
    test,
  };
}

function protoLimit(state: LimitState): ProtoLimitState {
  const { name, limit, remaining, hard, windowStartMs, resetsAtMs } = state;
  const window =
    windowStartMs === undefined || resetsAtMs === undefined ? 0 : resetsAtMs - windowStartMs;
  const span = fillMs(state, limit) ?? window;
  return {
    name,
    limit,
    remaining,
    windowSeconds: BigInt(Math.round(span / 1_000)),
    resetTime: resetsAtMs === undefined ? undefined : new Date(resetsAtMs),
    hard,
  };
}
