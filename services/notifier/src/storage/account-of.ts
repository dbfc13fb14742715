import type { Tx } from "@tollbook/service";

/** The account of a transaction that was begun for one. */
export function accountOf(tx: Tx): string {
  if (tx.accountId === undefined) throw new Error("this runs inside an account's transaction");
  return tx.accountId;
}
