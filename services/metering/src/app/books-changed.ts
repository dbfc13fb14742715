import type { BillingPeriod, CustomerBook } from "../domain/customer-book.ts";
import type { MeterSet } from "../domain/meter-set.ts";
import type { UsageFold } from "../domain/usage-fold.ts";
import type { Shared, SharedCustomer, SharedPeriod } from "./fence-store.ts";
import type { Store } from "./needs.ts";

/** Thrown when customers, seals or meters changed while usage was counted: count again. */
export class BooksChanged extends Error {
  readonly customerIds: ReadonlySet<string>;
  readonly metersChanged: boolean;

  constructor(customerIds: Iterable<string>, metersChanged: boolean) {
    super("what customers may use, or what is counted, changed meanwhile");
    this.customerIds = new Set(customerIds);
    this.metersChanged = metersChanged;
  }
}

/**
 * Shares the rows that usage was worked out from, so that nobody changes them before the commit.
 * Throws BooksChanged if one has changed already. Batches that are counted together may have been
 * judged by different books of one customer: each book is asked about, for the newest alone would
 * let usage of an older one pass into a seal that is closed.
 */
export async function refuseOldBooks(
  store: Store,
  folds: readonly UsageFold[],
  meters: readonly MeterSet[],
): Promise<Shared> {
  const customers = new Map<string, SharedCustomer>();
  const periods = new Map<string, SharedPeriod>();
  // A book is one object as long as it is remembered, and so are its periods.
  const looked = new Set<CustomerBook | BillingPeriod>();
  for (const { book, subscription, period } of folds) {
    if (looked.has(period ?? book)) continue;
    looked.add(period ?? book);
    const { customerId, fence } = book;
    if (subscription === undefined || period === undefined) {
      customers.set(`${customerId} ${fence}`, { customerId, fence });
      continue;
    }
    const { subscriptionId } = subscription;
    const { start, sealNumber } = period;
    const name = `${subscriptionId} ${start.getTime()} ${fence} ${sealNumber}`;
    periods.set(name, { customerId, subscriptionId, start, fence, sealNumber });
  }
  const shared = await store.fences.share([...customers.values()], [...periods.values()]);
  const { changedCustomerIds, metersVersion } = shared;
  const metersChanged = meters.some(({ version }) => version !== metersVersion);
  if (metersChanged || changedCustomerIds.length > 0) {
    throw new BooksChanged(changedCustomerIds, metersChanged);
  }
  return shared;
}
