import type { Tx } from "@tollbook/service";
import { type BillingProfile, defaultProfile } from "../domain/billing-profile.ts";
import { checkProfile } from "../domain/check-profile.ts";
import { accountIn } from "./known-account.ts";
import type { Needs } from "./needs.ts";

/** Who bills, as set or by default. */
export const billingProfile =
  (needs: Needs) =>
  async (tx: Tx): Promise<BillingProfile> => {
    const account = await accountIn(tx, needs);
    return (await needs.profiles.get(tx)) ?? defaultProfile(account);
  };

/** Changes it, for invoices from now on. */
export const updateBillingProfile =
  (needs: Needs) =>
  async (tx: Tx, change: (profile: BillingProfile) => BillingProfile): Promise<BillingProfile> => {
    const profile = checkProfile(change(await billingProfile(needs)(tx)));
    await needs.profiles.save(tx, profile);
    return profile;
  };
