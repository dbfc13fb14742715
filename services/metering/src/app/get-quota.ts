import { DomainError, parseId } from "@tollbook/domain";
import type { Quota } from "../domain/quota.ts";
import type { RateState } from "../domain/rate-state.ts";
import type { Needs, Store } from "./needs.ts";
import { readQuotas } from "./read-quotas.ts";

/** A plan's limit is the same for many customers; these are all one customer has of it. */
const SUBJECTS_MAX = 100;

/** Names a limit of a customer, and whose counter if there are several. */
export interface QuotaName {
  readonly limitId: string;
  readonly customerId: string;
  readonly subjectId: string;
}

/**
 * One limit with its counter or bucket. Throws "invalid" ID_MALFORMED, "not-found" LIMIT_NOT_FOUND if the
 * customer has no such limit in force.
 */
export function getQuota({ storage, clock }: Needs) {
  return async (accountId: string, name: QuotaName): Promise<Quota | RateState> => {
    return storage.inAccount(accountId, (store) => findQuota(store, name, clock.now()));
  };
}

/** The same in a transaction that is open. */
export async function findQuota(
  store: Store,
  name: QuotaName,
  now: Date,
): Promise<Quota | RateState> {
  const limitId = parseId(name.limitId, "limit_id");
  const customerId = parseId(name.customerId, "customer_id");
  const subjectId = name.subjectId === "" ? undefined : parseId(name.subjectId, "subject_id");
  const asked = { customerId, limitId, after: undefined, count: SUBJECTS_MAX };
  const limits = await store.references.listLimits(asked);
  const named = limits.filter((limit) => !subjectId || limit.subjectId === subjectId);
  const [quota] = await readQuotas(store, named, now);
  if (quota !== undefined) return quota;
  const sentence = "This customer has no such limit in force.";
  throw new DomainError("not-found", "LIMIT_NOT_FOUND", sentence, { limitId, customerId });
}
