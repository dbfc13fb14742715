import { isId, parseId } from "@tollbook/domain";
import { pageToken, placeOf } from "../domain/page-token.ts";
import type { Quota } from "../domain/quota.ts";
import type { RateState } from "../domain/rate-state.ts";
import type { Needs } from "./needs.ts";
import { readQuotas } from "./read-quotas.ts";

const PAGE_SIZE_DEFAULT = 100;
const PAGE_SIZE_MAX = 1_000;

/** A page of limits; fewer than asked for where some are not in force. */
export interface QuotaPage {
  readonly quotas: readonly (Quota | RateState)[];
  readonly nextPageToken: string;
}

/** Which page. */
export interface QuotaPageRequest {
  /** Empty: of all customers. */
  readonly customerId: string;
  readonly pageSize: number;
  readonly pageToken: string;
}

interface Place {
  readonly customerId: string;
  readonly subjectId: string;
  readonly limitId: string;
}

/**
 * Limits that apply, with their counters in the running windows, or their buckets. Throws "invalid" ID_MALFORMED or
 * PAGE_TOKEN_MALFORMED.
 */
export function listQuotas({ storage, clock }: Needs) {
  return async (accountId: string, request: QuotaPageRequest): Promise<QuotaPage> => {
    const { pageToken: token, pageSize } = request;
    const customerId = request.customerId && parseId(request.customerId, "customer_id");
    const binding = ["quotas", customerId];
    const after = token === "" ? undefined : placeOf(token, binding, isPlace);
    const count = Math.min(pageSize || PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX);
    return storage.inAccount(accountId, async (store) => {
      const limits = await store.references.listLimits({
        customerId: customerId || undefined,
        limitId: undefined,
        after,
        count: count + 1,
      });
      const page = limits.slice(0, count);
      const quotas = await readQuotas(store, page, clock.now());
      const last = limits.length > count ? page.at(-1) : undefined;
      const nextPageToken = last === undefined ? "" : pageToken(placeAt(last), binding);
      return { quotas, nextPageToken };
    });
  };
}

function placeAt({ customerId, subjectId, limitId }: Place): Place {
  return { customerId, subjectId, limitId };
}

function isPlace(place: unknown): place is Place {
  const { customerId, subjectId, limitId } = (place ?? {}) as Record<string, unknown>;
  return [customerId, subjectId, limitId].every((id) => typeof id === "string" && isId(id));
}
