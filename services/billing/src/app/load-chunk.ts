import { type BillingProfile, defaultProfile } from "../domain/billing-profile.ts";
import type { AccountRef, CustomerRef } from "../domain/party.ts";
import type { PlanTerms } from "../domain/plan.ts";
import type { StoredSubscription } from "../domain/subscription.ts";
import { accountIn } from "./known-account.ts";
import type { Needs, PeriodToBill, PlanVersionName } from "./needs.ts";

/** All that some periods' invoices are made from, besides their usage. */
export interface ChunkContext {
  readonly account: AccountRef;
  readonly profile: BillingProfile;
  subscriptionOf(period: PeriodToBill): StoredSubscription;
  customerOf(period: PeriodToBill): CustomerRef;
  termsOf(name: PlanVersionName): PlanTerms;
}

/** Reads it in one transaction, which ends before anybody is called. */
export async function loadChunk(
  needs: Needs,
  accountId: string,
  chunk: readonly PeriodToBill[],
): Promise<ChunkContext> {
  const { database, references, profiles, subscriptions, plans } = needs;
  return database.inAccount(accountId, async (tx) => {
    const account = await accountIn(tx, needs);
    const profile = (await profiles.get(tx)) ?? defaultProfile(account);
    const ids = unique(chunk.map(({ subscriptionId }) => subscriptionId));
    const found = await subscriptions.some(tx, ids);
    const customerIds = unique(chunk.map(({ customerId }) => customerId));
    const customers = await references.customers(tx, customerIds);
    const terms = uniqueVersions(found.flatMap((subscription) => subscription.terms));
    const versions = await plans.versions(tx, terms);
    const bySubscription = new Map(found.map((each) => [each.subscriptionId, each]));
    const byCustomer = new Map(customers.map((each) => [each.customerId, each]));
    const byVersion = new Map(
      versions.map((each) => [versionKey(each.planId, each.version), each]),
    );
    return {
      account,
      profile,
      subscriptionOf: ({ subscriptionId }) => present(bySubscription.get(subscriptionId)),
      customerOf: ({ customerId }) => present(byCustomer.get(customerId)),
      termsOf: ({ planId, planVersion }) =>
        present(byVersion.get(versionKey(planId, planVersion))).terms,
    };
  });
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

function uniqueVersions(names: readonly PlanVersionName[]): PlanVersionName[] {
  const byKey = new Map(names.map((name) => [versionKey(name.planId, name.planVersion), name]));
  return [...byKey.values()];
}

function versionKey(planId: string, version: number): string {
  return `${planId} ${version}`;
}

/** Foreign keys promise these rows: without one, crash rather than bill from nothing. */
function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("a period refers to a row that is not there");
  return value;
}
