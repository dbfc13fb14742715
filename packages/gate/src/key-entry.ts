import type { KeyRecord, KeyState, Standing } from "./key-record.ts";
import type { Place } from "./place.ts";
import type { AddressRule } from "./source-address.ts";
import { addressRule } from "./source-address.ts";

/** Endpoints are route templates; a key that meets more of them than this starts over. */
const PLACES_MAX = 256;

/** How a customer stands, shared by all its cached keys, so that one message reaches them all. */
export interface CustomerState {
  standing: Standing;
  version: bigint;
  /** Cached keys of the customer; at none it is forgotten. */
  keys: number;
}

/**
 * A cached key: its record, its customer's standing, and what was worked out for its calls. What
 * every call looks at is kept here itself: with many keys the time goes into reaching memory.
 */
export class KeyEntry {
  readonly keySha256: string;
  readonly customer: CustomerState;
  readonly keyId: string;
  record: KeyRecord;
  state: KeyState;
  expiresAtMs: number | undefined;
  /** When the directory last answered for it (elapsed). */
  resolvedAt: number;
  /** It has left the cache; whoever still remembers it must look again. */
  gone = false;
  /** Undefined if the key may be used from anywhere. */
  mayUseFrom: AddressRule | undefined;
  #latest: Place | undefined;
  #places = new Map<string, Place[]>();
  #placeCount = 0;

  constructor(keySha256: string, record: KeyRecord, customer: CustomerState, now: number) {
    this.keySha256 = keySha256;
    this.customer = customer;
    this.keyId = record.keyId;
    this.record = record;
    this.state = record.state;
    this.expiresAtMs = record.expiresAtMs;
    this.resolvedAt = now;
    this.mayUseFrom = ruleOf(record);
  }

  /** Takes over a newer record. What was worked out from the old one is forgotten. */
  renew(record: KeyRecord): void {
    this.record = record;
    this.state = record.state;
    this.expiresAtMs = record.expiresAtMs;
    this.mayUseFrom = ruleOf(record);
    this.#forgetPlaces();
  }

  /** The place of such calls, if it was worked out before. */
  placeOf(method: string, endpoint: string, unitsPerCall: number): Place | undefined {
    if (this.#latest?.is(method, endpoint, unitsPerCall)) return this.#latest;
    const there = this.#places.get(endpoint);
    const place = there?.find((each) => each.is(method, endpoint, unitsPerCall));
    if (place !== undefined) this.#latest = place;
    return place;
  }

  /** Remembers a place. */
  keepPlace(place: Place): Place {
    if (this.#placeCount >= PLACES_MAX) this.#forgetPlaces();
    const { endpoint } = place.identity;
    this.#places.set(endpoint, [...(this.#places.get(endpoint) ?? []), place]);
    this.#placeCount += 1;
    this.#latest = place;
    return place;
  }

  #forgetPlaces(): void {
    this.#places = new Map();
    this.#placeCount = 0;
    this.#latest = undefined;
  }
}

function ruleOf({ allowedCidrs }: KeyRecord): AddressRule | undefined {
  return allowedCidrs.length === 0 ? undefined : addressRule(allowedCidrs);
}
