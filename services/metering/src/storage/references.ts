import type { Tx } from "@tollbook/service";
import type { ReferenceStore } from "../app/reference-store.ts";
import { findAccountZone, findBooks } from "./books.ts";
import { addCustomers, findExternal, findFences, markEntitled } from "./customers.ts";
import { entitlementState, saveAccountZone, saveEntitlement } from "./entitlements.ts";
import { findKeys, keyVersion, saveKey } from "./keys.ts";
import { limitsBySubject, listLimits, NO_LIMITS, replaceLimits } from "./limits.ts";

/** See ReferenceStore. */
export function referenceStore(tx: Tx): ReferenceStore {
  return {
    findKeys: (names) => findKeys(tx, names),
    findBooks: (customerIds, since) => findBooks(tx, customerIds, since),
    fences: (customerIds) => findFences(tx, customerIds),
    accountZone: () => findAccountZone(tx),
    saveAccountZone: (zone, version) => saveAccountZone(tx, zone, version),
    findExternal: (externalIds) => findExternal(tx, externalIds),
    addCustomers: (customers) => addCustomers(tx, customers),
    markEntitled: (customerIds) => markEntitled(tx, customerIds),
    keyVersion: (keyId) => keyVersion(tx, keyId),
    saveKey: (key) => saveKey(tx, key),
    entitlementState: (subscriptionId) => entitlementState(tx, subscriptionId),
    saveEntitlement: (entitlement) => saveEntitlement(tx, entitlement),
    limitsOf: async (subjectId) => {
      return (await limitsBySubject(tx, [subjectId])).get(subjectId) ?? NO_LIMITS;
    },
    replaceLimits: (subjectId, limits) => replaceLimits(tx, subjectId, limits),
    listLimits: (options) => listLimits(tx, options),
  };
}
