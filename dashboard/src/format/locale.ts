import { session } from "../api/session.ts";

/** Rupees are grouped as in India, 1,50,000; all else as the browser's reader is used to. */
export function localeOf(currency: string | undefined): string {
  return currency === "INR" ? "en-IN" : browserLocale();
}

export function accountLocale(): string {
  return localeOf(session.value?.account.currency);
}

/** Some systems name a locale that is no language tag, such as en-US@posix. */
function browserLocale(): string {
  try {
    return Intl.getCanonicalLocales(globalThis.navigator?.language ?? "en")[0] ?? "en";
  } catch {
    return "en";
  }
}
