import type { ReconciledSum, Reconciliation } from "../domain/reconciled-sum.ts";

/** The sums of design's last rule, and what was proved of them. */
export interface ReconciliationStore {
  /** Reads the sums of the account, all of one moment. */
  sums(): Promise<ReconciledSum[]>;
  find(): Promise<Reconciliation | undefined>;
  save(proof: Reconciliation): Promise<void>;
}
