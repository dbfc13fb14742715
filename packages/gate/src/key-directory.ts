import { LRUCache } from "lru-cache";
import { hashKey, isOurs, isPresentable, parseKey } from "./customer-key.ts";
import type { GateEnvironment } from "./gate-environment.ts";
import { mayBeImported } from "./imported-filter.ts";
import { KeyCache } from "./key-cache.ts";
import type { KeyEntry } from "./key-entry.ts";
import type { AccountState, ImportedFilter, KeyNews } from "./key-record.ts";
import type { Resolved } from "./key-resolver.ts";
import { KeyResolver } from "./key-resolver.ts";
import { afterPatience } from "./patience.ts";

/** Auth's heartbeats come every 5 s; after two of them missed, news may be missing too. */
export const SILENCE_MAX_MS = 11_000;

/** What a key turned out to be; `entry` may be one that can no longer be trusted. */
export type KeyFound =
  | { readonly kind: "known"; readonly entry: KeyEntry; readonly trusted: boolean }
  | { readonly kind: "malformed" }
  | { readonly kind: "unknown" }
  | { readonly kind: "unavailable" };

/** Who is behind a key: cached, told of changes, asked for when not known. */
export class KeyDirectory {
  readonly #environment: GateEnvironment;
  readonly #cache: KeyCache;
  readonly #resolver: KeyResolver;
  readonly #unknown: LRUCache<string, true>;
  #imported: ImportedFilter | undefined;
  #heardAt = Number.NEGATIVE_INFINITY;
  /** The account's state, until auth says otherwise: in good standing, failing closed. */
  account: AccountState = { suspended: false, defaultFailureMode: "closed" };

  constructor(environment: GateEnvironment) {
    const { keysMax, unknownKeysMax } = environment.settings;
    this.#environment = environment;
    this.#cache = new KeyCache(keysMax);
    this.#unknown = new LRUCache({ max: unknownKeysMax });
    this.#resolver = new KeyResolver(environment, {
      known: (sha256, record) => this.#cache.keep(sha256, record, environment.elapsed.now()),
      unknown: (sha256) => {
        this.#cache.forget(sha256);
        this.#unknown.set(sha256, true);
      },
    });
  }

  /** The entry of a key seen before, if it may be trusted at that moment (elapsed time). */
  recall(key: string, now: number): KeyEntry | undefined {
    const entry = this.#cache.recall(key);
    return entry !== undefined && this.#isTrusted(entry, now) ? entry : undefined;
  }

  /** Looks a key up, asking auth if need be; answers within about `waitMs`. */
  find(key: string, now: number, waitMs: number): KeyFound | Promise<KeyFound> {
    if (!isPresentable(key)) return { kind: "malformed" };
    const keySha256 = hashKey(key);
    if (parseKey(key) !== undefined) return this.findBySha256(keySha256, now, waitMs, key);
    if (isOurs(key)) return { kind: "malformed" };
    // It may have been imported from elsewhere, which only a gate that has heard auth can tell.
    if (this.#imported === undefined) {
      return this.#hasBeenHeard ? { kind: "malformed" } : { kind: "unavailable" };
    }
    if (!mayBeImported(this.#imported, keySha256)) return { kind: "malformed" };
    return this.findBySha256(keySha256, now, waitMs, key);
  }

  /** The same for a key of which only the SHA-256 (hex) is at hand. */
  findBySha256(
    keySha256: string,
    now: number,
    waitMs: number,
    key?: string,
  ): KeyFound | Promise<KeyFound> {
    if (!SHA256_HEX.test(keySha256)) return { kind: "malformed" };
    const entry = this.#cache.find(keySha256, key);
    if (entry !== undefined && this.#isTrusted(entry, now)) return known(entry, true);
    const listening = now - this.#heardAt < SILENCE_MAX_MS;
    if (entry === undefined && listening && this.#unknown.get(keySha256)) {
      return { kind: "unknown" };
    }
    return this.#resolve(keySha256, waitMs, key);
  }

  /** Takes one message of the stream. `first` is the first message of a stream without a past. */
  apply(news: KeyNews, now: number, first: boolean): void {
    this.#environment.business.hear(news.businessMs, now);
    this.#heardAt = now;
    if (first || news.kind === "resync") this.#forgetAll();
    if (news.kind === "heartbeat") {
      this.#imported = news.imported ?? NO_IMPORTS;
    } else if (news.kind === "account") this.account = news.account;
    else if (news.kind === "customer") {
      this.#resolver.noteStanding(news.customerId, news.standing, news.customerVersion);
      this.#cache.tellStanding(news.customerId, news.standing, news.customerVersion);
    } else if (news.kind === "key") {
      this.#resolver.noteKey(news.key);
      this.#cache.tell(news.key);
      this.#unknown.clear(); // a new generation: any of them may have been issued just now
    }
  }

  async #resolve(keySha256: string, waitMs: number, key: string | undefined): Promise<KeyFound> {
    const { clock, elapsed } = this.#environment;
    const resolved = await new Promise<Resolved>((resolve) => {
      const cancel = afterPatience(clock, waitMs, () => resolve("unavailable"));
      void this.#resolver.resolve(keySha256).then((found) => {
        cancel();
        resolve(found);
      });
    });
    if (resolved === "unknown") return { kind: "unknown" };
    const entry = this.#cache.find(keySha256, key);
    if (entry === undefined) return { kind: "unavailable" };
    return known(entry, this.#isTrusted(entry, elapsed.now()));
  }

  get #hasBeenHeard(): boolean {
    return this.#heardAt !== Number.NEGATIVE_INFINITY;
  }

  #isTrusted(entry: KeyEntry, now: number): boolean {
    const sure = Math.max(entry.resolvedAt, this.#heardAt);
    return now - sure < this.#environment.settings.trustMs;
  }

  #forgetAll(): void {
    this.#cache.clear();
    this.#unknown.clear();
    this.#resolver.noteResync();
  }
}

/** Lower case only, so that a key has one name in the cache. */
const SHA256_HEX = /^[0-9a-f]{64}$/;
const NO_IMPORTS: ImportedFilter = { bits: new Uint8Array(0), hashes: 0 };

function known(entry: KeyEntry, trusted: boolean): KeyFound {
  return { kind: "known", entry, trusted };
}
