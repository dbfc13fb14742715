import { Bundle } from "./bundle.ts";
import { mayCall } from "./endpoint-scope.ts";
import { checkPlace } from "./gate-call.ts";
import type { KeyRecord, Standing } from "./key-record.ts";
import type { AddressRule } from "./source-address.ts";
import { addressRule } from "./source-address.ts";

/** Endpoints are route templates; a key that meets more of them than this starts over. */
const BUNDLES_MAX = 256;

/** How a customer stands, shared by all its cached keys, so that one message reaches them all. */
export interface CustomerState {
  standing: Standing;
  version: bigint;
  /** Cached keys of the customer; at none it is forgotten. */
  keys: number;
}

/** A cached key: its record, its customer's standing, and what was worked out for its calls. */
export class KeyEntry {
  readonly keySha256: string;
  readonly customer: CustomerState;
  record: KeyRecord;
  /** When the directory last answered for it (elapsed). */
  resolvedAt: number;
  /** It has left the cache; whoever still remembers it must look again. */
  gone = false;
  /** Undefined if the key may be used from anywhere. */
  mayUseFrom: AddressRule | undefined;
  #bundles = new Map<string, ScopedBundle[]>();
  #bundleCount = 0;

  constructor(keySha256: string, record: KeyRecord, customer: CustomerState, now: number) {
    this.keySha256 = keySha256;
    this.customer = customer;
    this.record = record;
    this.resolvedAt = now;
    this.mayUseFrom = ruleOf(record);
  }

  /** Takes over a newer record. What was worked out from the old one is forgotten. */
  renew(record: KeyRecord): void {
    this.record = record;
    this.mayUseFrom = ruleOf(record);
    this.#forgetBundles();
  }

  /** The bundle of such calls, and whether the key's scopes allow them. */
  bundleFor(method: string, endpoint: string, unitsPerCall: number, now: number): ScopedBundle {
    const there = this.#bundles.get(endpoint);
    if (there !== undefined) {
      for (const scoped of there) {
        const { identity } = scoped.bundle;
        if (identity.method === method && identity.unitsPerCall === unitsPerCall) return scoped;
      }
    }
    return this.#addBundle(method, endpoint, unitsPerCall, now);
  }

  #addBundle(method: string, endpoint: string, unitsPerCall: number, now: number): ScopedBundle {
    if (this.#bundleCount >= BUNDLES_MAX) this.#forgetBundles();
    checkPlace(method, endpoint);
    const { keyId, customerId, test, scopes } = this.record;
    const caller = { keyId };
    const identity = { caller, keyId, customerId, test, endpoint, method, unitsPerCall };
    const inScope = mayCall(scopes, method, endpoint);
    const scoped = { bundle: new Bundle(identity, now), inScope };
    this.#bundles.set(endpoint, [...(this.#bundles.get(endpoint) ?? []), scoped]);
    this.#bundleCount += 1;
    return scoped;
  }

  #forgetBundles(): void {
    this.#bundles = new Map();
    this.#bundleCount = 0;
  }
}

/** A bundle, and whether the key may call its endpoint. */
export interface ScopedBundle {
  readonly bundle: Bundle;
  readonly inScope: boolean;
}

function ruleOf({ allowedCidrs }: KeyRecord): AddressRule | undefined {
  return allowedCidrs.length === 0 ? undefined : addressRule(allowedCidrs);
}
