import {
  GetQuotaResponse,
  ListQuotasResponse,
  type QuotaServiceServer,
  QuotaServiceService,
  ReleaseLeasesResponse,
  ReleaseStrandedRequest,
  ReleaseStrandedResponse,
} from "@tollbook/contracts/metering/v1";
import { type Door, requireAccount, unary } from "@tollbook/service";
import type { Metering } from "../app/index.ts";
import { isBounded, type Quota } from "../domain/quota.ts";
import type { RateState } from "../domain/rate-state.ts";
import { protoEnforcement, protoWindow } from "../words/proto-limits.ts";
import { quotaPermissions } from "./permissions.ts";
import { fromProtoLeaseRequest, toProtoLeases } from "./proto-leases.ts";

const releasing = {
  rpc: "ReleaseStranded",
  requestCodec: ReleaseStrandedRequest,
  responseCodec: ReleaseStrandedResponse,
};

/** Limits as counters and leases: what is left, and who holds it. */
export function quotaDoor(app: Metering): Door {
  const implementation: QuotaServiceServer = {
    getQuota: unary(async (request, caller) => {
      const quota = await app.getQuota(requireAccount(caller), request);
      return GetQuotaResponse.fromPartial({ quota: toProtoQuota(quota) });
    }),
    listQuotas: unary(async (request, caller) => {
      const page = await app.listQuotas(requireAccount(caller), request);
      const { quotas, nextPageToken } = page;
      return ListQuotasResponse.fromPartial({ quotas: quotas.map(toProtoQuota), nextPageToken });
    }),
    acquireLeases: unary(async (request, caller) => {
      const asked = fromProtoLeaseRequest(request);
      const answer = await app.acquireLeases(requireAccount(caller), asked);
      return toProtoLeases(answer, app.now());
    }),
    releaseLeases: unary(async ({ gateId, returns, shareReturns }, caller) => {
      const accountId = requireAccount(caller);
      const leases = await app.releaseLeases(accountId, gateId, returns, shareReturns);
      return ReleaseLeasesResponse.fromPartial({ leases });
    }),
    releaseStranded: unary((request, caller) => {
      const accountId = requireAccount(caller);
      const memberId = caller.kind === "member" ? caller.memberId : "";
      return app.once(accountId, { ...releasing, request }, async (store) => {
        const voucher = { memberId, requestId: request.requestId };
        const { units, quota } = await app.releaseStranded(store, request, voucher);
        return ReleaseStrandedResponse.fromPartial({ released: units, quota: toProtoQuota(quota) });
      });
    }),
  };
  return { service: QuotaServiceService, implementation, permissions: quotaPermissions };
}

function toProtoQuota(state: Quota | RateState) {
  return "span" in state ? fromQuota(state) : fromRate(state);
}

function fromRate({ limit, leased, remaining, sharedPerMinuteMilli, shares }: RateState) {
  const { limitId, name, customerId, subjectId, version, perMinuteMilli, burst } = limit;
  return {
    ...{ limitId, name, customerId, subjectId, version, burst, leased, remaining, shares },
    ...{ limit: burst, ratePerMinuteMilli: perMinuteMilli },
    sharedPerMinuteMilli,
    enforcement: protoEnforcement(true),
  };
}

function fromQuota({ limit, span, ...figures }: Quota) {
  const { consumed, leased, stranded, reclaimed, remaining } = figures;
  const { limitId, name, customerId, subjectId, meterId, window, hard, quota, version } = limit;
  return {
    ...{ limitId, name, customerId, subjectId, meterId, version },
    ...{ consumed, leased, stranded, reclaimed, remaining },
    limit: quota,
    window: protoWindow(window),
    enforcement: protoEnforcement(hard),
    ...(isBounded(span) && { windowStartTime: span.start, resetTime: span.end }),
  };
}
