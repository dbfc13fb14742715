import { LRUCache } from "lru-cache";
import type { CustomerState } from "./key-entry.ts";
import { KeyEntry } from "./key-entry.ts";
import type { KeyRecord, Standing } from "./key-record.ts";

/** Cached keys by what was presented, by SHA-256 and by id; bounded, the least used go first. */
export class KeyCache {
  readonly #byPresented = new Map<string, KeyEntry>();
  readonly #bySha256: LRUCache<string, KeyEntry>;
  readonly #byId = new Map<string, KeyEntry>();
  readonly #customers = new Map<string, CustomerState>();

  readonly #keysMax: number;

  constructor(keysMax: number) {
    this.#keysMax = keysMax;
    this.#bySha256 = new LRUCache({ max: keysMax, dispose: (entry) => this.#left(entry) });
  }

  /** The entry of a key as it was presented: one look-up, for the warm path. */
  recall(presented: string): KeyEntry | undefined {
    const entry = this.#byPresented.get(presented);
    return entry?.gone ? undefined : entry;
  }

  /** The entry of a SHA-256; `presented` is what to recall it by next time. */
  find(keySha256: string, presented?: string): KeyEntry | undefined {
    const entry = this.#bySha256.get(keySha256);
    if (entry === undefined || presented === undefined) return entry;
    // A plain map, for the warm path; starting it over costs each key one hash.
    if (this.#byPresented.size >= this.#keysMax) this.#byPresented.clear();
    this.#byPresented.set(presented, entry);
    return entry;
  }

  /** Keeps a record, or takes its news over if the key is cached. */
  keep(keySha256: string, record: KeyRecord, now: number): KeyEntry {
    const known = this.#bySha256.get(keySha256);
    if (known !== undefined) {
      this.tell(record);
      known.resolvedAt = now;
      return known;
    }
    const namesake = this.#byId.get(record.keyId);
    if (namesake !== undefined) this.forget(namesake.keySha256); // news finds one entry by its id
    const customer = this.#customerOf(record);
    customer.keys += 1;
    const entry = new KeyEntry(keySha256, record, customer, now);
    this.#byId.set(record.keyId, entry);
    this.#bySha256.set(keySha256, entry);
    return entry;
  }

  /** A key's news: applied if the key is cached and the news is newer. */
  tell(record: KeyRecord): void {
    const entry = this.#byId.get(record.keyId);
    if (entry === undefined) return;
    if (record.version > entry.record.version) entry.renew(record);
    this.tellStanding(record.customerId, record.standing, record.customerVersion);
  }

  /** A customer's news: applied if any of its keys is cached and the news is newer. */
  tellStanding(customerId: string, standing: Standing, version: bigint): void {
    const customer = this.#customers.get(customerId);
    if (customer === undefined || version <= customer.version) return;
    customer.standing = standing;
    customer.version = version;
  }

  /** Forgets one key. */
  forget(keySha256: string): void {
    this.#bySha256.delete(keySha256);
  }

  /** Forgets everything. */
  clear(): void {
    this.#byPresented.clear();
    this.#bySha256.clear();
  }

  #customerOf({ customerId, standing, customerVersion }: KeyRecord): CustomerState {
    this.tellStanding(customerId, standing, customerVersion);
    const known = this.#customers.get(customerId);
    if (known !== undefined) return known;
    const customer = { standing, version: customerVersion, keys: 0 };
    this.#customers.set(customerId, customer);
    return customer;
  }

  #left(entry: KeyEntry): void {
    entry.gone = true;
    if (this.#byId.get(entry.record.keyId) === entry) this.#byId.delete(entry.record.keyId);
    entry.customer.keys -= 1;
    if (entry.customer.keys === 0) this.#customers.delete(entry.record.customerId);
  }
}
