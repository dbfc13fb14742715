import { KeyRecord, KeyState } from "@tollbook/contracts/auth/v1";
import { UsageCell, UsageEvent } from "@tollbook/contracts/metering/v1";
import { newId } from "@tollbook/domain";
import { keyOwners } from "./test-platform.ts";

/** A customer's key that auth, as it stands in, knows. */
export function meteredKey({ keys }: { keys: KeyRecord[] }) {
  const [accountId, keyId, customerId] = [newId(), newId(), newId()];
  const record = { keyId, customerId, state: KeyState.ACTIVE, version: 1n };
  keys.push(KeyRecord.fromPartial(record));
  keyOwners.set(keyId, accountId);
  return { accountId, keyId, customerId };
}

/** A call as it is reported over gRPC. */
export function wireEvent(keyId: string, time: Date, words: Partial<UsageEvent> = {}): UsageEvent {
  return UsageEvent.fromPartial({
    ...{ eventId: newId(), caller: { $case: "keyId", value: keyId }, endpoint: "/v1/now" },
    ...{ method: "GET", status: 200, time, responseBytes: 10n },
    ...words,
  } as object);
}

/** Calls of a minute as they are reported over gRPC. */
export function wireCell(keyId: string, count: bigint, minute: Date): UsageCell {
  return UsageCell.fromPartial({
    ...{ caller: { $case: "keyId", value: keyId }, endpoint: "/v1/now", method: "GET" },
    ...{ status: 200, minute, count },
  } as object);
}
