import type { RateLimit } from "../domain/rate-limit.ts";
import { disagreeing, type ReconciledSum, type Reconciliation } from "../domain/reconciled-sum.ts";
import type { UsageLimit } from "../domain/usage-limit.ts";
import type { Needs, Store } from "./needs.ts";
import { wrongCounters } from "./prove-counters.ts";
import { proveDays } from "./prove-days.ts";

/** Limits whose counters are worked out anew in one proof; the next proof takes the ones after. */
const LIMITS_MAX = 1_000;
/** Accounts proved in one turn besides those that had usage: in the end everybody's turn comes. */
const OTHERS_MAX = 20;

/**
 * Proves, account by account, the sums that make counting exact. Accounts with usage since the
 * last turn are proved in each, the others in turn.
 */
export class Reconciler {
  readonly #needs: Needs;
  #active = new Set<string>();
  /** Where the next proof of an account's counters begins. */
  readonly #places = new Map<string, UsageLimit | RateLimit>();

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** Notes that something was counted for an account. */
  note(accountId: string): void {
    this.#active.add(accountId);
  }

  /** The last proof of an account; made now if there is none. */
  async find(accountId: string): Promise<Reconciliation> {
    const { storage } = this.#needs;
    const last = await storage.inAccount(accountId, (store) => store.reconciliation.find());
    return last ?? this.prove(accountId);
  }

  /** One turn: an account in trouble does not keep the others from being proved. */
  async turn(): Promise<void> {
    const { storage, clock, logger, watch } = this.#needs;
    const active = this.#active;
    this.#active = new Set();
    const accounts = new Set([...active, ...(await storage.accountsToProve(OTHERS_MAX))]);
    let wrong = 0;
    for (const accountId of accounts) {
      try {
        wrong += disagreeing(await this.prove(accountId)).length;
      } catch (err) {
        logger.warn({ err, accountId }, "the sums of an account could not be proved");
      }
    }
    watch.proved(wrong);
    watch.stranded(await storage.strandedUnits(clock.now()));
  }

  /**
   * Proves the sums of one account, all of one moment, and keeps what was found. A sum that does
   * not agree is told as an error: somebody's count is wrong.
   */
  async prove(accountId: string): Promise<Reconciliation> {
    const { storage, clock, logger } = this.#needs;
    const provedTime = new Date();
    const { days, sums } = await storage.snapshotOf(accountId, async (store) => {
      const days = await proveDays(store, clock.now());
      const counters = await this.#proveCounters(store, clock.now());
      return { days, sums: [...days.sums, ...(await store.reconciliation.sums()), counters] };
    });
    const proof = { provedTime, sums };
    for (const sum of disagreeing(proof)) logger.error({ accountId, ...sum }, "sums do not agree");
    await storage.inAccount(accountId, async ({ reconciliation }) => {
      await reconciliation.save(proof);
      await reconciliation.saveDays(days);
    });
    return proof;
  }

  /** Counters are what their meters make of the rollups of their window. */
  async #proveCounters(store: Store, now: Date): Promise<ReconciledSum> {
    const limits = await store.references.listLimits({
      ...{ customerId: undefined, limitId: undefined, count: LIMITS_MAX },
      after: this.#places.get(store.accountId),
    });
    const last = limits.at(-1);
    if (last !== undefined && limits.length === LIMITS_MAX) {
      this.#places.set(store.accountId, last);
    } else this.#places.delete(store.accountId);
    const name = "counters that are not what their meters make of the rollups";
    return { name, expected: "0", found: String(await wrongCounters(store, limits, now)) };
  }
}
