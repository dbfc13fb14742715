import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { needs } from "@tollbook/testing";
import { TestAccount } from "./test-account.ts";
import { expireLeases, TestGate } from "./test-gate.ts";
import { testMetering } from "./test-metering.ts";

describe("gates that are answered in one transaction", needs("postgres"), () => {
  it("come back from their leases' end, each as if it had come alone", async () => {
    const metering = await testMetering();
    const account = new TestAccount(metering);
    const [customer, another] = [account.customer(), account.customer()];
    for (const one of [customer, another]) {
      account.entitle(one, { limits: [account.limit(one, 1_000n)] });
    }
    const [first, second, gone] = [account, account, account].map((of) => new TestGate(of));
    assert.ok(first && second && gone);
    const busy = new TestGate(account);
    await busy.ask(another, 10);
    for (const gate of [first, second, gone]) await gate.ask(customer, 10);
    await expireLeases(account);
    // While one is answered the other two gather.
    const asks = [busy.ask(another, 10), first.ask(customer, 20), second.ask(customer, 30)];
    const granted = (await Promise.all(asks)).map(({ grantedCalls }) => grantedCalls);
    assert.deepEqual(granted, [10, 20, 30]);
    const text = `select leased::int, stranded::int from counter
      where account_id = $1 and customer_id = $2`;
    const figures = await metering.look(text, [account.accountId, customer.customerId]);
    const leased = Number(first.unspent + second.unspent);
    assert.deepEqual(figures, [{ leased, stranded: 10 }]);
  });
});
