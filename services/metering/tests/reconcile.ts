import assert from "node:assert/strict";
import { disagreeing } from "../src/domain/reconciled-sum.ts";
import { reconcileCounters } from "./reconcile-meters.ts";
import type { TestAccount } from "./test-account.ts";

/**
 * Proves the sums that must always agree, as the reconciler does, and counters once more by a
 * reckoning that shares no code with the service.
 */
export async function reconcile(account: TestAccount): Promise<void> {
  const proof = await account.metering.app.reconciler.prove(account.accountId);
  assert.deepEqual(disagreeing(proof), []);
  await reconcileCounters(account);
}
