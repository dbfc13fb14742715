/** How a meter sums calls. */
export type Aggregation = "count" | "sum" | "max" | "unique";

/** What is counted: a filter over usage and how to sum it. Refused calls are in no meter. */
export interface Meter {
  readonly meterId: string;
  readonly name: string;
  readonly aggregation: Aggregation;
  readonly createTime: Date | undefined;
}

/**
 * The meter every account has: each call that went through is one. It bears the account's id, so
 * that everybody knows it without asking.
 */
export function defaultMeter(accountId: string, createTime?: Date): Meter {
  return { meterId: accountId, name: "calls", aggregation: "count", createTime };
}
