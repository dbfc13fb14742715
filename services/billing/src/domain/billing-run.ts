/** A run over the periods of an account that are due. */
export interface BillingRun {
  readonly billingRunId: string;
  readonly state: "running" | "done" | "incomplete";
  readonly periodsTotal: number;
  readonly periodsDone: number;
  readonly invoices: number;
  readonly startTime: Date;
  readonly endTime: Date | undefined;
  readonly lastProblem: string;
}
