const unitMs: Record<string, number> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Milliseconds of `250ms`, `30s`, `5m`, `24h`, `35d`. Throws an Error that completes "It …". */
export function parseDuration(text: string): number {
  const [, amount = "", unit = ""] = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text) ?? [];
  const ms = unitMs[unit];
  if (ms === undefined) throw new Error("is not a length of time such as 250ms, 30s, 5m or 24h");
  return Number.parseInt(amount, 10) * ms;
}

/** The shortest way to write it: 90,000 is `90s`, 120,000 is `2m`. */
export function formatDuration(ms: number): string {
  const units = Object.entries(unitMs).reverse();
  const [unit, size] = units.find(([, size]) => ms > 0 && ms % size === 0) ?? ["ms", 1];
  return `${ms / size}${unit}`;
}
