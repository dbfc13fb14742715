import { accountLocale } from "./locale.ts";

/** A whole number as the API sends it, with its digits grouped: exact at any size. */
export function formatCount(count: string | number | undefined, locale = accountLocale()): string {
  const whole = /^-?\d+$/.test(String(count ?? 0)) ? BigInt(count ?? 0) : 0n;
  return new Intl.NumberFormat(locale).format(whole);
}

/** Part of a whole, from 0 to 1 and above; 0 of 0 is 0. */
export function shareOf(part: string | number, whole: string | number): number {
  const of = Number(whole);
  return of > 0 ? Number(part) / of : 0;
}

/** "12.5%", "<0.1%". */
export function formatShare(share: number, locale = accountLocale()): string {
  if (share > 0 && share < 0.001) return "<0.1%";
  const format = { style: "percent", maximumFractionDigits: share < 0.1 ? 1 : 0 } as const;
  return new Intl.NumberFormat(locale, format).format(share);
}

/** Short, for axes: 1.5L in India, 150K elsewhere. */
export function formatShort(count: number, locale = accountLocale()): string {
  return new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 }).format(
    count,
  );
}
