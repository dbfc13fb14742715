import { accountsAndKeys } from "./0001-accounts-and-keys.ts";

/** The history of auth's database, oldest first. */
export const migrations = [accountsAndKeys];
