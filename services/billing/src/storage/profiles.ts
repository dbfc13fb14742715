import type { Profiles } from "../app/needs.ts";
import { accountOf } from "./account-of.ts";
import { BillingProfileRow } from "./schema.ts";

/** Who bills: at most one row an account. */
export const profiles: Profiles = {
  async get(tx) {
    return (await tx.em.findOne(BillingProfileRow, { accountId: accountOf(tx) })) ?? undefined;
  },

  async save(tx, profile) {
    await tx.em.upsert(BillingProfileRow, { ...profile, accountId: accountOf(tx) });
  },
};
