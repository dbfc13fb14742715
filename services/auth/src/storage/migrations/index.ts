import { accountsAndKeys } from "./0001-accounts-and-keys.ts";
import { keyLimits } from "./0040-key-limits.ts";

/** The history of auth's database, oldest first. */
export const migrations = [accountsAndKeys, keyLimits];
