import { LRUCache } from "lru-cache";
import { Bundle } from "./bundle.ts";
import { mayCall } from "./endpoint-scope.ts";
import { checkPlace } from "./gate-call.ts";
import type { KeyRecord } from "./key-record.ts";
import { Place } from "./place.ts";

/** Bundles remembered; one that is pushed out starts afresh, which costs an ask. */
const BUNDLES_MAX = 100_000;

/** All bundles of a gate, so that the keys of a subscription share one answer. */
export class BundleRegistry {
  readonly #bundles = new LRUCache<string, Bundle>({ max: BUNDLES_MAX });

  /**
   * The place of a key's calls to an endpoint. Throws an "invalid" DomainError for an endpoint or
   * a method that usage could not name.
   */
  placeOf(
    record: KeyRecord,
    method: string,
    endpoint: string,
    unitsPerCall: number,
    now: number,
  ): Place {
    checkPlace(method, endpoint);
    const { customerId, subscriptionId = "", test, keyId } = record;
    const owner = record.hasOwnLimits ? keyId : "";
    const name = [customerId, subscriptionId, test, owner, method, endpoint, unitsPerCall];
    const key = name.join("\n");
    let bundle = this.#bundles.get(key);
    if (bundle === undefined) {
      bundle = new Bundle({ customerId, test, endpoint, method, unitsPerCall }, keyId, now);
      this.#bundles.set(key, bundle);
    }
    const inScope = mayCall(record.scopes, method, endpoint);
    return new Place({ caller: { keyId }, endpoint, method }, bundle, inScope);
  }
}
