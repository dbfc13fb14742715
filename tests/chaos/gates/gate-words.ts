/** What a gate's process is told when it starts. */
export interface GateOrders {
  readonly url: string;
  readonly rootKey: string;
  readonly ledgerFile: string;
  /** Where it keeps usage that is not acknowledged; undefined: a crash loses that. */
  readonly spool: string | undefined;
  readonly seed: number;
  /** Their keys; ledgers name customers by their place here. */
  readonly keys: readonly string[];
  /** Places of those who call from the start. */
  readonly calling: readonly number[];
}

/** What it is told later. */
export type GateNews =
  | { readonly kind: "calling"; readonly customers: readonly number[] }
  | { readonly kind: "skew"; readonly ms: number }
  | { readonly kind: "finish"; readonly withinMs: number };

/** What it tells: that calls pass, and at its end whether all it counted is acknowledged. */
export type GateAnswer =
  | { readonly kind: "open" }
  | { readonly kind: "finished"; readonly acknowledged: boolean };
