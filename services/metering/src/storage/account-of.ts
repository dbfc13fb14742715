import type { Tx } from "@tollbook/service";

/** The account of a transaction that has one: all of ours but the worker's. */
export function accountOf({ accountId }: Tx): string {
  if (accountId !== undefined) return accountId;
  throw new Error("this needs a transaction of one account");
}
