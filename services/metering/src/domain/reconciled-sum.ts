/** Two figures that must be equal. */
export interface ReconciledSum {
  readonly name: string;
  readonly expected: string;
  readonly found: string;
}

/** What was proved of an account, and when. */
export interface Reconciliation {
  readonly provedTime: Date;
  readonly sums: readonly ReconciledSum[];
}

/** The sums that do not agree. */
export function disagreeing({ sums }: Reconciliation): readonly ReconciledSum[] {
  return sums.filter(({ expected, found }) => expected !== found);
}
