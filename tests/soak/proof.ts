/** What a proof is given. */
export interface ProofOrders {
  /** Chooses what there is to choose; the same seed chooses the same. */
  readonly seed: number;
  readonly say: (line: string) => void;
}

/** What it found: `report` has the figures that stand for the promise. */
export interface ProofResult {
  readonly holds: boolean;
  readonly report: readonly string[];
}

/** A promise that takes longer to prove than anybody waits for in `npm test`. */
export interface Proof {
  readonly name: string;
  /** The promise, in a sentence. */
  readonly promise: string;
  /** About how long it takes on two cores. */
  readonly minutes: number;
  prove(orders: ProofOrders): Promise<ProofResult>;
}
