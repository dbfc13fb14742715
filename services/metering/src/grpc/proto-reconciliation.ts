import { GetReconciliationResponse } from "@tollbook/contracts/metering/v1";
import { disagreeing, type Reconciliation } from "../domain/reconciled-sum.ts";

/** A proof on the wire. */
export function toProtoReconciliation(proof: Reconciliation): GetReconciliationResponse {
  return GetReconciliationResponse.fromPartial({
    provedTime: proof.provedTime,
    agrees: disagreeing(proof).length === 0,
    sums: proof.sums.map(({ name, expected, found }) => ({ name, expected, found })),
  });
}
