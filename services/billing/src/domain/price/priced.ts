import type { Fraction } from "../fraction.ts";

/** What a price model makes of a quantity: exact, and explained. */
export interface Priced {
  /** Not rounded: the invoice line rounds, once. */
  readonly amount: Fraction;
  /** Steps that lead to the last one, each complete with its result. */
  readonly steps: readonly string[];
  /** The last step without its result: "20,000 calls ÷ 1,000 × ₹1.00". */
  readonly expression: string;
}
