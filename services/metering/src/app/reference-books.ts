import { DomainError } from "@tollbook/domain";
import type { CustomerBook, KeyReference } from "../domain/customer-book.ts";
import { type CallerName, callerName } from "../domain/usage-heading.ts";
import { applyEntitlement, PERIODS_KEPT_MS } from "./apply-entitlement.ts";
import { applyKey } from "./apply-key.ts";
import { type CustomerName, customerNames, isCustomer, keyNames } from "./callers-by-kind.ts";
import type { Needs, Store } from "./needs.ts";

/** Whose a call is; "unknown": nobody's, for sure; "later": it cannot be known at the moment. */
export type Caller =
  | { readonly book: CustomerBook; readonly key: KeyReference | undefined }
  | "unknown"
  | "later";

/** Books and keys remembered in this process, each about 1 kB. Past it the memory starts over. */
const REMEMBERED_MAX = 50_000;

/** News is heard within a minute at the latest; until then billing is asked once. */
const ASK_AGAIN_MS = 60_000;

/** What auth and billing take at once. */
const ASKED_MAX = 1_000;

/**
 * Who callers are and what they may use: from memory, else from our tables, else from auth and
 * billing, asked once. Memory may be old: whoever counts by a book checks its fence in the
 * transaction, and says `forget` if it has gone up.
 */
export class ReferenceBooks {
  readonly #needs: Needs;
  readonly #keys = new Map<string, KeyReference>();
  readonly #books = new Map<string, CustomerBook>();
  /** Ids of keys by SHA-256 in hex. */
  readonly #keyIds = new Map<string, string>();
  /** Ids of customers by the account's own names. */
  readonly #customerIds = new Map<string, string>();
  /** Callers auth is being asked about: who comes meanwhile waits for the same answer. */
  readonly #asking = new Map<string, Promise<boolean>>();
  /** The same for customers billing is being asked about. */
  readonly #entitling = new Map<string, Promise<boolean>>();

  /** When billing was asked for the subscription a key names, on the elapsed clock. */
  readonly #asked = new Map<string, number>();

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** Finds every caller, by `callerName`. */
  async find(accountId: string, names: readonly CallerName[]): Promise<Map<string, Caller>> {
    const wanted = new Map(names.map((name) => [callerName(name), name]));
    return this.#allKnown(accountId, wanted) ?? this.#findOut(accountId, wanted);
  }

  /** Undefined if there is something to find out; that is seldom. */
  #allKnown(
    accountId: string,
    wanted: ReadonlyMap<string, CallerName>,
  ): Map<string, Caller> | undefined {
    const callers = new Map<string, Caller>();
    for (const [text, name] of wanted) {
      const known = this.#known(accountId, name);
      if (known === undefined || namesUntold(known)) return undefined;
      callers.set(text, known);
    }
    return callers;
  }

  async #findOut(
    accountId: string,
    wanted: ReadonlyMap<string, CallerName>,
  ): Promise<Map<string, Caller>> {
    await this.#load(accountId, this.#missing(accountId, wanted));
    const strangers = this.#missing(accountId, wanted).filter((name) => {
      return !this.#isThere(accountId, name);
    });
    const asked = await this.#introduce(accountId, strangers);
    const told = await this.#hearNamedSubscriptions(accountId, wanted);
    // A customer's new key raised its fence, and its other keys are read again.
    await this.#load(accountId, this.#missing(accountId, wanted));
    return new Map(
      [...wanted].map(([text, name]): [string, Caller] => {
        const known = this.#known(accountId, name);
        if (known !== undefined && (told || !namesUntold(known))) return [text, known];
        const unknown = asked && !this.#isThere(accountId, name);
        return [text, known === undefined && unknown ? "unknown" : "later"];
      }),
    );
  }

  /**
   * A key may name a subscription whose news is still on its way: counting its calls for another
   * one would charge them wrongly. Billing is asked, once a minute; false if it cannot be.
   */
  async #hearNamedSubscriptions(
    accountId: string,
    wanted: ReadonlyMap<string, CallerName>,
  ): Promise<boolean> {
    const questions = new Map<string, string>();
    for (const name of wanted.values()) {
      const known = this.#known(accountId, name);
      if (known?.key === undefined || !namesUntold(known)) continue;
      const { customerId, keyId, subscriptionId } = known.key;
      const question = `${accountId} ${keyId} ${subscriptionId}`;
      const askedAt = this.#asked.get(question) ?? Number.NEGATIVE_INFINITY;
      if (performance.now() - askedAt > ASK_AGAIN_MS) questions.set(question, customerId);
    }
    if (questions.size === 0) return true;
    const told = await this.entitle(accountId, [...new Set(questions.values())]);
    if (this.#asked.size > REMEMBERED_MAX) this.#asked.clear();
    if (told) for (const question of questions.keys()) this.#asked.set(question, performance.now());
    return told;
  }

  /**
   * Makes sure that billing has told what these customers may use; false if it cannot be known
   * now: billing is away, or has not heard of the customer itself.
   */
  entitle(accountId: string, customerIds: readonly string[]): Promise<boolean> {
    const name = `${accountId} ${[...customerIds].sort().join(" ")}`;
    const underWay = this.#entitling.get(name);
    if (underWay !== undefined) return underWay;
    const asking = this.#entitle(accountId, customerIds).finally(() => {
      this.#entitling.delete(name);
    });
    this.#entitling.set(name, asking);
    return asking;
  }

  async #entitle(accountId: string, customerIds: readonly string[]): Promise<boolean> {
    const { storage, entitlements, clock, logger } = this.#needs;
    try {
      const told = await entitlements.describe(accountId, customerIds);
      for (const one of told.entitlements) {
        const apply = (store: Store) => applyEntitlement(store, one, clock.now());
        await storage.inAccount(accountId, apply);
      }
      await storage.inAccount(accountId, ({ references }) => {
        return references.markEntitled(told.knownCustomerIds);
      });
      this.forget(accountId, customerIds);
      return true;
    } catch (error) {
      if (!isAway(error)) throw error;
      logger.warn({ err: error }, "billing cannot be asked what customers may use");
      return false;
    }
  }

  /** Drops customers and their keys from memory. */
  forget(accountId: string, customerIds: Iterable<string>): void {
    for (const id of customerIds) this.#books.delete(`${accountId} ${id}`);
  }

  #known(accountId: string, name: CallerName): Exclude<Caller, string> | undefined {
    if (isCustomer(name)) {
      const book = this.#books.get(`${accountId} ${this.#customerIdOf(accountId, name)}`);
      return book === undefined ? undefined : { book, key: undefined };
    }
    const keyId = this.#keyIdOf(accountId, name);
    const key = this.#keys.get(`${accountId} ${keyId}`);
    const book = key === undefined ? undefined : this.#books.get(`${accountId} ${key.customerId}`);
    return key === undefined || book?.fence !== key.fence ? undefined : { book, key };
  }

  /** Whether we have heard of it, though its parts may have been read around a change of it. */
  #isThere(accountId: string, name: CallerName): boolean {
    if (isCustomer(name)) {
      return this.#books.has(`${accountId} ${this.#customerIdOf(accountId, name)}`);
    }
    const keyId = this.#keyIdOf(accountId, name);
    return keyId !== undefined && this.#keys.has(`${accountId} ${keyId}`);
  }

  #customerIdOf(accountId: string, name: CustomerName): string | undefined {
    if (name.kind === "customer") return name.customerId;
    return this.#customerIds.get(`${accountId} ${name.externalId}`);
  }

  #keyIdOf(accountId: string, name: Exclude<CallerName, CustomerName>) {
    return name.kind === "key" ? name.keyId : this.#keyIds.get(`${accountId} ${name.keySha256}`);
  }

  #missing(accountId: string, wanted: ReadonlyMap<string, CallerName>): CallerName[] {
    return [...wanted.values()].filter((name) => this.#known(accountId, name) === undefined);
  }

  /** Reads from our tables: keys first, then the books of their customers. */
  async #load(accountId: string, names: readonly CallerName[]): Promise<void> {
    if (names.length === 0) return;
    const { storage, clock } = this.#needs;
    const since = new Date(clock.now().getTime() - PERIODS_KEPT_MS);
    const { keys, books, external } = await storage.inAccount(accountId, async (store) => {
      const { references } = store;
      const keys = await references.findKeys(keyNames(names));
      const { customerIds, externalIds } = customerNames(names);
      const external = await references.findExternal(externalIds);
      const customers = [...keys.map(({ key }) => key), ...external];
      const ids = new Set([...customers.map(({ customerId }) => customerId), ...customerIds]);
      return { keys, external, books: await references.findBooks([...ids], since) };
    });
    if (this.#keys.size + this.#books.size + keys.length > REMEMBERED_MAX) this.#clear();
    for (const book of books) this.#books.set(`${accountId} ${book.customerId}`, book);
    for (const { externalId, customerId } of external) {
      this.#customerIds.set(`${accountId} ${externalId}`, customerId);
    }
    for (const { key, keySha256 } of keys) {
      this.#keys.set(`${accountId} ${key.keyId}`, key);
      if (keySha256 !== undefined) this.#keyIds.set(`${accountId} ${keySha256}`, key.keyId);
    }
  }

  /** Asks auth for those nobody has told us of; false if it cannot be asked. */
  async #introduce(accountId: string, names: readonly CallerName[]): Promise<boolean> {
    const nameOf = (name: CallerName) => `${accountId} ${callerName(name)}`;
    const underWay = names.flatMap((name) => this.#asking.get(nameOf(name)) ?? []);
    const fresh = names.filter((name) => !this.#asking.has(nameOf(name)));
    if (fresh.length === 0) return allOf(underWay);
    const asking = this.#askAll(accountId, fresh);
    for (const name of fresh) this.#asking.set(nameOf(name), asking);
    try {
      return await allOf([...underWay, asking]);
    } finally {
      for (const name of fresh) this.#asking.delete(nameOf(name));
    }
  }

  async #askAll(accountId: string, names: readonly CallerName[]): Promise<boolean> {
    try {
      for (let from = 0; from < names.length; from += ASKED_MAX) {
        const some = names.slice(from, from + ASKED_MAX);
        await this.#ask(accountId, some);
        await this.#load(accountId, some);
      }
      return true;
    } catch (error) {
      if (!isAway(error)) throw error;
      this.#needs.logger.warn({ err: error }, "auth cannot be asked whose keys these are");
      return false;
    }
  }

  async #ask(accountId: string, names: readonly CallerName[]): Promise<void> {
    const { directory, storage, clock } = this.#needs;
    const keys = keyNames(names);
    const isNamed = keys.keyIds.length + keys.keySha256s.length > 0;
    const told = isNamed ? await directory.describeKeys(accountId, keys) : [];
    const asked = names.some(isCustomer);
    const customers = asked
      ? await directory.describeCustomers(accountId, customerNames(names))
      : [];
    if (told.length + customers.length === 0) return;
    // One customer's fence at a time: nobody who holds another's is kept waiting for it.
    for (const key of told) {
      await storage.inAccount(accountId, (store) => applyKey(store, key, clock.now()));
    }
    if (customers.length > 0) {
      await storage.inAccount(accountId, ({ references }) => references.addCustomers(customers));
    }
  }

  #clear(): void {
    this.#keys.clear();
    this.#books.clear();
    this.#keyIds.clear();
    this.#customerIds.clear();
  }
}

/** Whether a key names a subscription that billing has not told of. */
function namesUntold({ book, key }: Exclude<Caller, string>): boolean {
  const named = key?.subscriptionId;
  if (named === undefined) return false;
  return book.subscriptions.every(({ subscriptionId }) => subscriptionId !== named);
}

async function allOf(answers: readonly Promise<boolean>[]): Promise<boolean> {
  return (await Promise.all(answers)).every((answer) => answer);
}

function isAway(error: unknown): boolean {
  return error instanceof DomainError && error.kind === "unavailable";
}
