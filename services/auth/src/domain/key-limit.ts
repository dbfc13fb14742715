import { checkRate, type RateWords, saysRate, type Violations } from "@tollbook/domain";
import { checkText } from "./text-fields.ts";

/** A quota or rate of one key, beside those of the customer's plan. */
export interface KeyLimit extends RateWords {
  limitId: string;
  name: string;
  /** Undefined for a rate. */
  window: KeyWindow | undefined;
  quota: bigint;
}

/** What a key's quota counts over. */
export type KeyWindow = (typeof keyWindows)[number];

export const keyWindows = ["minute", "hour", "day", "month", "period", "total"] as const;

/** A limit as it was written down: its window may be anything. */
export type KeyLimitWords = Omit<KeyLimit, "limitId" | "window"> & { window: string };

/** A call takes from each limit that applies: more would make every call slow. */
const limitsMax = 8;
const nameLengthMax = 60;
const quotaMax = 10n ** 15n;

/** Notes limits that no key can have. */
export function checkKeyLimits(faults: Violations, limits: readonly KeyLimitWords[]): void {
  if (limits.length > limitsMax) {
    faults.add("limits", "TOO_MANY", `Write at most ${limitsMax} limits.`);
    return;
  }
  const names = new Set<string>();
  for (const [index, limit] of limits.entries()) {
    const field = `limits[${index}]`;
    checkText(faults, `${field}.name`, limit.name, { min: 1, max: nameLengthMax });
    const name = limit.name.trim().toLowerCase();
    if (names.has(name)) {
      faults.add(`${field}.name`, "NAME_REPEATED", "Another limit of the key has this name.");
    }
    names.add(name);
    if (saysRate(limit)) checkAsRate(faults, field, limit);
    else checkAsQuota(faults, field, limit);
  }
}

function checkAsRate(faults: Violations, field: string, limit: KeyLimitWords): void {
  checkRate(limit, field, faults);
  if (limit.window === "" && limit.quota === 0n) return;
  faults.add(field, "RATE_AND_QUOTA", "A rate has no window and no quota.");
}

function checkAsQuota(faults: Violations, field: string, limit: KeyLimitWords): void {
  if (windowOf(limit) === undefined) {
    const sentence = `Say what it counts over: ${keyWindows.join(", ")}.`;
    faults.add(`${field}.window`, "WINDOW_UNKNOWN", sentence);
  }
  if (limit.quota > quotaMax) {
    faults.add(`${field}.quota`, "UNITS_OUT_OF_RANGE", "0 to 10^15 calls.");
  }
}

/** The window that was written; undefined for a rate. */
export function windowOf({ window }: { readonly window: string }): KeyWindow | undefined {
  return keyWindows.find((each) => each === window);
}
