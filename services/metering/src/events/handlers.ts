import {
  AccountChanged,
  AccountCreated,
  CustomerCreated,
  KeyChanged,
} from "@tollbook/contracts/auth/v1/events";
import { EntitlementsChanged } from "@tollbook/contracts/billing/v1/events";
import type { Clock } from "@tollbook/domain";
import { type EventHandler, on } from "@tollbook/events";
import type { Tx } from "@tollbook/service";
import { applyEntitlement } from "../app/apply-entitlement.ts";
import { applyKey } from "../app/apply-key.ts";
import type { Store } from "../app/needs.ts";
import { toldEntitlement } from "../words/told-entitlement.ts";
import { toldKey } from "../words/told-key.ts";

/**
 * What metering hears. News may come in any order and more than once; older versions change
 * nothing. A process remembers books only as long as their fences stand, so nothing is told to
 * anybody's memory here.
 */
export function handlers(
  storeOn: (tx: Tx) => Store,
  clock: Clock,
): Readonly<Record<string, EventHandler>> {
  return {
    ...on(AccountCreated, async ({ account }, _, tx) => {
      if (account === undefined) throw new Error("AccountCreated without its account");
      await storeOn(tx).references.saveAccountZone(account.timeZone, 0n);
    }),
    ...on(AccountChanged, async ({ account, version }, _, tx) => {
      if (account === undefined) throw new Error("AccountChanged without its account");
      await storeOn(tx).references.saveAccountZone(account.timeZone, version);
    }),
    ...on(CustomerCreated, async ({ customer }, _, tx) => {
      if (customer === undefined) throw new Error("CustomerCreated without its customer");
      await storeOn(tx).references.addCustomers([customer]);
    }),
    ...on(KeyChanged, async (message, { accountId }, tx) => {
      await applyKey(storeOn(tx), toldKey(accountId, message), clock.now());
    }),
    ...on(EntitlementsChanged, async ({ entitlement }, { accountId }, tx) => {
      if (entitlement === undefined) throw new Error("EntitlementsChanged without what changed");
      await applyEntitlement(storeOn(tx), toldEntitlement(accountId, entitlement), clock.now());
    }),
  };
}
