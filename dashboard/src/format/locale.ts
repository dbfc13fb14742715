import { session } from "../api/session.ts";

/** Amounts in rupees are grouped as in India, 1,50,000; all else as the browser's reader is used to. */
export function localeOf(currency: string | undefined): string {
  return currency === "INR" ? "en-IN" : (globalThis.navigator?.language ?? "en");
}

export function accountLocale(): string {
  return localeOf(session.value?.account.currency);
}
