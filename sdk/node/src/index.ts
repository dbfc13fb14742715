export type {
  CallOutcome,
  GateCall,
  GateCounts,
  GateMode,
  KeyRecord,
  LimitState,
  Reservation,
  Verdict,
  VerdictCode,
} from "@tollbook/gate";
export { createTollbook, type Tollbook, type TollbookOptions } from "./create-tollbook.ts";
export type { Trouble, TroubleKind } from "./trouble.ts";
