import { RecordUsageResponse } from "@tollbook/contracts/metering/v1";
import type { TakenBatch } from "../app/record-usage.ts";
import { type Rejection, sentenceOf } from "../domain/rejection.ts";

/** A receipt on the wire. */
export function toProtoReceipt(receipt: TakenBatch, serverTime: Date): RecordUsageResponse {
  const { batchId, counted, duplicates, rejected, commitTime, repeated } = receipt;
  return RecordUsageResponse.fromPartial({
    ...{ batchId, commitTime, serverTime },
    ...(counted < 0n ? { corrected: -counted } : { counted }),
    duplicates: BigInt(duplicates),
    rejected: BigInt(rejected),
    rejections: receipt.rejections.map(toProtoRejection),
    rejectedByReason: receipt.rejectedByReason,
    retryEvents: [...receipt.retryEvents],
    retryCells: [...receipt.retryCells],
    eventMeterIds: [...receipt.eventMeterIds],
    repeatedBatch: repeated,
  });
}

function toProtoRejection({ kind, index, reason }: Rejection) {
  return {
    position: { $case: kind, value: index } as const,
    reason,
    message: sentenceOf(reason),
  };
}
