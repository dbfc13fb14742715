import type { MeterSet } from "../domain/meter-set.ts";
import { PERIODS_KEPT_MS } from "./apply-entitlement.ts";
import type { Needs } from "./needs.ts";

/** Accounts whose meters are remembered, each about 1 kB. Past it the memory starts over. */
const REMEMBERED_MAX = 10_000;

/**
 * The meters of accounts, remembered in this process. They may be old: whoever counts by them
 * compares their version in the transaction, and says `forget` if it has gone up.
 */
export class MeterBooks {
  readonly #needs: Needs;
  readonly #sets = new Map<string, MeterSet>();

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** All that may count usage of these days. */
  async find(accountId: string): Promise<MeterSet> {
    const known = this.#sets.get(accountId);
    if (known !== undefined) return known;
    const { storage, clock } = this.#needs;
    const since = new Date(clock.now().getTime() - PERIODS_KEPT_MS);
    const set = await storage.inAccount(accountId, ({ meters }) => meters.set(since));
    if (this.#sets.size >= REMEMBERED_MAX) this.#sets.clear();
    this.#sets.set(accountId, set);
    return set;
  }

  /** Drops an account's meters from memory. */
  forget(accountId: string): void {
    this.#sets.delete(accountId);
  }
}
