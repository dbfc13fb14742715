import type { RateWords, Window } from "@tollbook/domain";
import type { TierInput } from "./price/tiers.ts";

/** What a plan is read against. */
export interface PlanContext {
  /** The default meter, which counts calls, has the account's id. */
  readonly accountId: string;
  /** The account's other meters, by id, if the plan names any. */
  readonly meters: ReadonlyMap<string, MeterRef>;
  /** The account's, for plans that name none. */
  readonly currency: string;
  /** The id a charge or limit of this name had in earlier versions, or a new one. */
  readonly idOf: (kind: "charge" | "limit", name: string) => string;
}

/** A meter, as far as a plan needs to know it. */
export interface MeterRef {
  readonly meterId: string;
  /** Its units add up call by call, so that a limit may stand on it. */
  readonly addsUp: boolean;
}

/** A plan as somebody wrote it down: every text and figure may be wrong. */
export interface PlanInput {
  readonly name: string;
  readonly currency: string;
  readonly interval: "monthly" | "quarterly" | "yearly";
  readonly charges: readonly ChargeInput[];
  readonly limits: readonly LimitInput[];
  readonly taxInclusive: boolean;
  readonly trialDays: number;
  readonly minimumAmount: string;
  readonly maximumAmount: string;
}

export interface ChargeInput {
  readonly name: string;
  readonly meterId: string;
  readonly endpointPatterns: readonly string[];
  readonly includedUnits: bigint;
  readonly inAdvance: boolean;
  readonly sac: string;
  readonly price: PriceInput | undefined;
}

export type PriceInput =
  | { readonly model: "per-unit"; readonly unitAmount: string }
  | {
      readonly model: "package";
      readonly packageUnits: bigint;
      readonly packageAmount: string;
      readonly roundUp: boolean;
    }
  | { readonly model: "graduated"; readonly tiers: readonly TierInput[] }
  | { readonly model: "flat"; readonly amount: string }
  | { readonly model: "other"; readonly name: string };

export interface LimitInput extends RateWords {
  readonly name: string;
  readonly meterId: string;
  /** Undefined if it was not said. */
  readonly window: Window | undefined;
  readonly quota: bigint;
  readonly enforcement: "hard" | "soft" | undefined;
  readonly failureMode: "default" | "closed" | "open";
  readonly openBudgetCalls: bigint;
  readonly headroomPercent: number;
}
