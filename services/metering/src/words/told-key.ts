import type { KeyLimit, KeyRecord } from "@tollbook/contracts/auth/v1";
import type { KeyChanged } from "@tollbook/contracts/auth/v1/events";
import { rateOf } from "@tollbook/domain";
import type { ToldKey } from "../app/reference-store.ts";
import type { RateTerms } from "../domain/rate-limit.ts";
import type { LimitTerms } from "../domain/usage-limit.ts";
import { fromProtoWindow } from "./proto-limits.ts";

/** A key as auth tells it, in an event or in an answer. */
export function toldKey(accountId: string, key: KeyChanged | KeyRecord): ToldKey {
  const { keyId, customerId, subscriptionId, test, version } = key;
  const known = "keySha256" in key && key.keySha256.length > 0;
  return {
    ...{ keyId, customerId, test, version },
    subscriptionId: subscriptionId === "" ? undefined : subscriptionId,
    keySha256: known ? key.keySha256.toString("hex") : undefined,
    limits: key.limits.flatMap((limit) => keyLimit(accountId, keyId, customerId, limit)),
    rates: key.limits.flatMap((limit) => keyRate(keyId, customerId, limit)),
  };
}

function keyRate(subjectId: string, customerId: string, limit: KeyLimit): RateTerms[] {
  const rate = rateOf(limit);
  if (rate === undefined) return [];
  const { limitId, name } = limit;
  const behaviour = { failureMode: "default" as const, openBudgetCalls: 0n };
  return [{ limitId, name, subjectId, customerId, ...rate, ...behaviour }];
}

/** A limit of a key is hard and counts calls. Rates are no quotas: they have no window. */
function keyLimit(
  accountId: string,
  keyId: string,
  customerId: string,
  { limitId, name, window: told, quota }: KeyLimit,
): LimitTerms[] {
  const window = fromProtoWindow(told);
  if (window === undefined) return [];
  const owner = { limitId, name, subjectId: keyId, customerId, meterId: accountId };
  const behaviour = { hard: true, headroomPercent: 0, failureMode: "default" as const };
  return [{ ...owner, window, quota, ...behaviour, openBudgetCalls: 0n }];
}
