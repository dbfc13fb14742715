import {
  EndpointsOverflowed,
  PeriodSealed,
  QuotaExhausted,
  QuotaThresholdCrossed,
  StrandedReleased,
  UsageSilent,
  UsageSpiked,
} from "@tollbook/contracts/metering/v1/events";
import { announcement } from "@tollbook/events";
import type { OutgoingEvent } from "@tollbook/service";
import type {
  Fact,
  PeriodSealed as PeriodSealedFact,
  QuotaFact,
  StrandedReleased as StrandedReleasedFact,
} from "../domain/fact.ts";
import { isBounded } from "../domain/quota.ts";
import { protoEnforcement, protoWindow } from "../words/proto-limits.ts";

/** A fact as it stands in the outbox. */
export function outgoing(fact: Fact, accountId: string): OutgoingEvent {
  switch (fact.kind) {
    case "threshold-crossed": {
      const message = { ...quotaWords(fact), percent: fact.percent };
      return announcement(
        QuotaThresholdCrossed,
        QuotaThresholdCrossed.fromPartial(message),
        accountId,
      );
    }
    case "exhausted":
      return announcement(QuotaExhausted, QuotaExhausted.fromPartial(quotaWords(fact)), accountId);
    case "period-sealed":
      return announcement(PeriodSealed, periodSealed(fact), accountId);
    case "stranded-released":
      return announcement(StrandedReleased, strandedReleased(fact), accountId);
    case "usage-silent": {
      const { customerId, lastBucket: lastCallTime, hours } = fact;
      const message = UsageSilent.fromPartial({ customerId, lastCallTime, hours });
      return announcement(UsageSilent, message, accountId);
    }
    case "usage-spiked": {
      const { customerId, hourStart: hourStartTime, calls, usualCalls } = fact;
      const message = { customerId, hourStartTime, calls, usualCalls };
      return announcement(UsageSpiked, UsageSpiked.fromPartial(message), accountId);
    }
    case "endpoints-overflowed": {
      const { endpoint, endpointsMax, month } = fact;
      const message = { endpoint, endpointsMax, monthStartTime: new Date(`${month}T00:00:00Z`) };
      return announcement(EndpointsOverflowed, EndpointsOverflowed.fromPartial(message), accountId);
    }
  }
}

function quotaWords(fact: QuotaFact) {
  const { customerId, limitId, limitName, used, quota, window, span, limitVersion, hard } = fact;
  return {
    ...{ customerId, limitId, limitName, used, limitVersion },
    limit: quota,
    window: protoWindow(window),
    enforcement: protoEnforcement(hard),
    ...(isBounded(span) && { windowStartTime: span.start, resetTime: span.end }),
  };
}

function strandedReleased({ span, kind: _, ...fact }: StrandedReleasedFact): StrandedReleased {
  return StrandedReleased.fromPartial({
    ...fact,
    reclaimAfterMs: BigInt(fact.reclaimAfterMs),
    ...(isBounded(span) && { windowStartTime: span.start }),
  });
}

function periodSealed(fact: PeriodSealedFact): PeriodSealed {
  const { customerId, subscriptionId, span, splitTimes, sealNumber, usageSha256 } = fact;
  const edges = { startTime: span.start, endTime: span.end, splitTimes: [...splitTimes] };
  return PeriodSealed.fromPartial({
    period: { customerId, subscriptionId, ...edges },
    sealNumber,
    totals: [...fact.totals].map(([meterId, units]) => ({ meterId, units })),
    usageSha256,
  });
}
