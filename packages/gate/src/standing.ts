import type { KeyEntry } from "./key-entry.ts";
import type { AccountState } from "./key-record.ts";
import type { VerdictCode } from "./verdict-code.ts";

/**
 * Why a known key may not call at all, in the order that decides which reason is told: the key
 * itself, the account, the customer, the address, the scope. Undefined if it may. `businessMs` is
 * for keys that end by themselves.
 */
export function standingRefusal(
  entry: KeyEntry,
  account: AccountState,
  inScope: boolean,
  sourceAddress: string | undefined,
  businessMs: number,
): VerdictCode | undefined {
  const { state, expiresAtMs } = entry;
  if (state === "revoked") return "KEY_REVOKED";
  if (expiresAtMs !== undefined && businessMs >= expiresAtMs) return "KEY_EXPIRED";
  if (state === "disabled") return "KEY_DISABLED";
  if (account.suspended) return "ACCOUNT_SUSPENDED";
  if (entry.customer.standing === "suspended") return "CUSTOMER_SUSPENDED";
  if (entry.customer.standing === "unpaid") return "PAYMENT_REQUIRED";
  if (entry.mayUseFrom !== undefined && !entry.mayUseFrom(sourceAddress)) return "IP_DENIED";
  return inScope ? undefined : "SCOPE_DENIED";
}
