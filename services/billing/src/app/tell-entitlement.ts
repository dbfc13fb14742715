import type { Tx } from "@tollbook/service";
import { entitlementOf } from "../domain/entitlement.ts";
import type { AccountRef } from "../domain/party.ts";
import type { PlanVersion } from "../domain/plan.ts";
import type { StoredSubscription } from "../domain/subscription.ts";
import type { Needs } from "./needs.ts";

export interface Telling {
  readonly subscription: StoredSubscription;
  /** The version whose limits hold. */
  readonly plan: PlanVersion;
  readonly account: AccountRef;
}

/** Tells metering what a subscription gives its customer: same commit as the row, or neither. */
export function tellEntitlement(tx: Tx, { news }: Needs, telling: Telling): void {
  const { subscription, plan, account } = telling;
  const entitlement = entitlementOf(subscription, plan, account.timeZone, subscription.period);
  tx.announce(news.entitlementsChanged(account.accountId, entitlement));
}
