import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { newId } from "@tollbook/domain";
import { applyEntitlement } from "../src/app/apply-entitlement.ts";
import type { RateShare } from "../src/domain/rate-desk.ts";
import type { RateTerms } from "../src/domain/rate-limit.ts";
import { askOf, TestAccount, type TestCustomer } from "./test-account.ts";
import { anotherProcess, testMetering } from "./test-metering.ts";

const metering = await testMetering();

/** 100 calls a second, 20 at once. */
function rateOf(customer: TestCustomer, over: Partial<RateTerms> = {}): RateTerms {
  const { customerId, subscriptionId: subjectId } = customer;
  return {
    ...{ limitId: newId(), name: "a second", subjectId, customerId, burst: 20n },
    ...{ perMinuteMilli: 6_000_000n, failureMode: "default", openBudgetCalls: 0n },
    ...over,
  };
}

function rated(over: Partial<RateTerms> = {}) {
  const account = new TestAccount(metering);
  const customer = account.customer();
  const rate = rateOf(customer, over);
  account.entitle(customer, { rates: [rate] });
  return { account, customer, rate };
}

/** Asks for calls under what the gate holds. */
async function ask(
  { account, customer }: Pick<ReturnType<typeof rated>, "account" | "customer">,
  gateId: string,
  held: { share?: RateShare | undefined; demand?: number; wanted?: number } = {},
) {
  const { share, demand = 0, wanted = 0 } = held;
  const shares =
    share === undefined
      ? []
      : [
          {
            ...{ bucketId: share.bucketId, number: share.number, returnedMicro: 0n },
            ...{ demand: BigInt(demand) * 60_000n, wantedCalls: BigInt(wanted) },
          },
        ];
  const request = { gateId, asks: [askOf(customer.keyId, wanted)], known: [], shares };
  const answer = await metering.app.acquireLeases(account.accountId, request);
  return { grant: answer.grants[0], share: answer.shares[0] };
}

describe("a rate", () => {
  it("is told to gates with a share of it, for two seconds at most", async () => {
    const made = rated();
    const { grant, share } = await ask(made, newId(), { wanted: 10 });
    assert.equal(grant?.rates[0]?.limit.limitId, made.rate.limitId);
    assert.equal(grant?.rates[0]?.exhausted, false);
    assert.ok(share !== undefined && share.burst >= 10n && share.expiresInMs === 2_000);
    assert.ok(share.grantedMicro >= 10_000_000n);
  });

  it("is shared by gates of several processes, never more than it in all", async () => {
    const made = rated();
    const gates = Array.from({ length: 4 }, () => newId());
    const held = new Map<string, RateShare | undefined>();
    for (let round = 0; round < 5; round += 1) {
      await Promise.all(
        gates.map(async (gateId) => {
          const { share } = await ask(made, gateId, {
            ...{ share: held.get(gateId), demand: 90, wanted: 9 },
          });
          held.set(gateId, share);
        }),
      );
      const text = `select coalesce(sum(per_minute_milli), 0)::bigint as pace,
          coalesce(sum(burst), 0)::bigint as burst
        from rate_share where account_id = $1`;
      const [row] = await metering.look<{ pace: string; burst: string }>(text, [
        made.account.accountId,
      ]);
      assert.ok(BigInt(row?.pace ?? 0) <= 6_000_000n && BigInt(row?.burst ?? 0) <= 20n);
    }
    assert.ok([...held.values()].every((share) => (share?.burst ?? 0n) > 0n));
    await anotherProcess(metering).acquireLeases(made.account.accountId, {
      ...{ gateId: newId(), asks: [askOf(made.customer.keyId, 1)], known: [], shares: [] },
    });
  });

  it("shows its pace, burst and what gates hold of them, full before anybody asked", async () => {
    const made = rated();
    const name = {
      limitId: made.rate.limitId,
      customerId: made.customer.customerId,
      subjectId: "",
    };
    await ask(made, newId());
    const shown = async () => {
      const state = await metering.app.getQuota(made.account.accountId, name);
      assert.ok(!("span" in state));
      return state;
    };
    await ask(made, newId(), { wanted: 15 });
    const { remaining, leased, shares, sharedPerMinuteMilli } = await shown();
    assert.ok(leased >= 15n && remaining <= 5n && shares >= 1 && sharedPerMinuteMilli > 0n);
    const page = await metering.app.listQuotas(made.account.accountId, {
      ...{ customerId: "", pageSize: 0, pageToken: "" },
    });
    assert.deepEqual(
      page.quotas.map(({ limit }) => limit.limitId),
      [made.rate.limitId],
    );
  });

  it("changed by a new plan holds with the next ask, on the same bucket", async () => {
    const made = rated();
    const gateId = newId();
    const { share } = await ask(made, gateId, { wanted: 20 });
    const { account, customer, rate } = made;
    const rates = [{ ...rate, perMinuteMilli: 60_000n, burst: 2n }];
    await metering.needs.storage.inAccount(account.accountId, (store) => {
      const told = account.entitlement(customer, { rates, version: 2n });
      return applyEntitlement(store, told, metering.clock.now());
    });
    const { share: smaller } = await ask(made, gateId, { share, demand: 100, wanted: 5 });
    assert.equal(smaller?.bucketId, share?.bucketId);
    assert.deepEqual([smaller?.burst, smaller?.perMinuteMilli], [2n, 60_000n]);
  });

  it("of a key alone holds for this key only, beside the plan's", async () => {
    const account = new TestAccount(metering);
    const customer = account.customer();
    account.entitle(customer, { rates: [rateOf(customer)] });
    const keyId = newId();
    const own = rateOf(customer, { subjectId: keyId, burst: 2n, perMinuteMilli: 60_000n });
    account.key(customer, { keyId, rates: [own] });
    const { grant } = await ask({ account, customer: { ...customer, keyId } }, newId(), {
      wanted: 9,
    });
    assert.deepEqual(
      grant?.rates.map(({ limit }) => limit.subjectId),
      [customer.subscriptionId, keyId],
    );
    assert.ok((grant?.grantedCalls ?? 0) <= 4, "leases of more would lie unused");
    const other = await ask({ account, customer }, newId(), { wanted: 9 });
    assert.equal(other.grant?.rates.length, 1);
  });

  it("given back is there for the next gate at once, and counts once", async () => {
    const made = rated({ perMinuteMilli: 1_000n });
    const gateId = newId();
    const { share } = await ask(made, gateId, { wanted: 20 });
    const { bucketId = "", number = 0n } = share ?? {};
    const back = [{ bucketId, number, returnedMicro: 12_000_000n }];
    for (let times = 0; times < 2; times += 1) {
      await metering.app.releaseLeases(made.account.accountId, gateId, [], back);
    }
    const { share: next } = await ask(made, newId(), { wanted: 20 });
    assert.equal((next?.grantedMicro ?? 0n) / 1_000_000n, 12n);
  });
});
