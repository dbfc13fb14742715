import type { Tx } from "@tollbook/service";
import { accountNotKnownYet } from "../domain/errors.ts";
import type { AccountRef } from "../domain/party.ts";
import type { Needs } from "./needs.ts";

/**
 * Makes sure an account is known before its first change. Whoever signed up a moment ago may be
 * faster than the news of it, so auth is asked for its news, once. Not inside a transaction.
 */
export const ensureAccount =
  ({ database, references, directory }: Needs) =>
  async (accountId: string): Promise<void> => {
    const known = () => database.inAccount(accountId, (tx) => references.account(tx));
    if (await known()) return;
    await directory.catchUp();
    if (!(await known())) throw accountNotKnownYet(accountId);
  };

/** The account of a transaction. */
export async function accountIn(tx: Tx, { references }: Needs): Promise<AccountRef> {
  const account = await references.account(tx);
  if (account === undefined) throw accountNotKnownYet(tx.accountId ?? "");
  return account;
}
