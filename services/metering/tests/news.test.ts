import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  AccountChanged,
  AccountCreated,
  CustomerCreated,
  KeyChanged,
} from "@tollbook/contracts/auth/v1/events";
import { Entitlement } from "@tollbook/contracts/billing/v1";
import { EntitlementsChanged } from "@tollbook/contracts/billing/v1/events";
import { Enforcement, Window } from "@tollbook/contracts/metering/v1";
import { newId } from "@tollbook/domain";
import { announcement, type EventCodec } from "@tollbook/events";
import { reconcile } from "./reconcile.ts";
import { TestAccount, type TestCustomer, ZONE } from "./test-account.ts";
import { TestGate } from "./test-gate.ts";
import { accountsOf, testMetering } from "./test-metering.ts";

const metering = await testMetering();

metering.neighbours.authAway = true;
metering.neighbours.billingAway = true;

/** What metering hears of one account, with nobody to ask. */
function hearing() {
  const account = new TestAccount(metering);
  const { accountId } = account;
  const [customerId, keyId, subscriptionId] = [newId(), newId(), newId()];
  const customer: TestCustomer = { customerId, keyId, subscriptionId, keySha256: "" };
  let number = 0n;
  const hear = async <M>(codec: EventCodec<M>, message: M) => {
    const { type, payload, eventId: id = newId() } = announcement(codec, message, accountId);
    number += 1n;
    const event = { id, type, accountId, number, payload, occurredTime: metering.clock.now() };
    await metering.database.inAccount(accountId, async (tx) => {
      await metering.handlers[type]?.(event, tx);
    });
  };
  const { start, end } = account.month();
  const limitId = newId();
  const news = {
    account: () => {
      const message = AccountCreated.fromPartial({ account: { accountId, timeZone: ZONE } });
      return hear(AccountCreated, message);
    },
    customer: () =>
      hear(CustomerCreated, CustomerCreated.fromPartial({ customer: { customerId } })),
    key: (words = {}) => {
      const message = { keyId, customerId, version: 1n, ...words };
      return hear(KeyChanged, KeyChanged.fromPartial(message));
    },
    entitlement: (words = {}) => {
      const limit = { limitId, name: "calls", window: Window.MONTH, quota: 10n };
      const entitlement = Entitlement.fromPartial({
        ...{ customerId, subscriptionId, isDefault: true, timeZone: ZONE, version: 1n },
        ...{ effectiveTime: start, revision: 1n, periods: [{ startTime: start, endTime: end }] },
        limits: [{ ...limit, enforcement: Enforcement.HARD }],
        ...words,
      });
      return hear(EntitlementsChanged, EntitlementsChanged.fromPartial({ entitlement }));
    },
  };
  return { account, customer, limit: { limitId }, news, hear };
}

describe("news", () => {
  const orders: (readonly ("account" | "customer" | "key" | "entitlement")[])[] = [
    ["account", "customer", "key", "entitlement"],
    ["entitlement", "key", "customer", "account"],
    ["key", "entitlement", "account", "customer"],
    ["entitlement", "entitlement", "key", "key", "customer", "customer"],
  ];
  for (const order of orders) {
    it(`in the order ${order.join(", ")} comes to the same`, async () => {
      const { account, customer, limit, news } = hearing();
      for (const one of order) await news[one]();
      assert.equal((await account.record([account.cell(customer, 4n)])).counted, 4n);
      assert.equal((await account.quota(customer, limit)).consumed, 4n);
      assert.equal((await new TestGate(account).ask(customer, 50)).grantedCalls, 6);
      await reconcile(account);
    });
  }

  it("of a zone is taken by version", async () => {
    const { account, news, hear } = hearing();
    const { accountId } = account;
    const changed = (timeZone: string, version: bigint) => {
      const message = AccountChanged.fromPartial({ account: { accountId, timeZone }, version });
      return hear(AccountChanged, message);
    };
    await changed("Asia/Kathmandu", 2n);
    await changed("Europe/Berlin", 1n);
    await news.account();
    const zone = await metering.needs.storage.inAccount(accountId, ({ references }) => {
      return references.accountZone();
    });
    assert.equal(zone, "Asia/Kathmandu");
  });

  it("of a key that is older than what is known changes nothing", async () => {
    const { account, customer, news } = hearing();
    const limits = [{ limitId: newId(), name: "own", window: "day", quota: 3n }];
    await news.entitlement();
    await news.key({ version: 5n, limits });
    await news.key({ version: 4n });
    assert.equal((await new TestGate(account).ask(customer, 50)).grantedCalls, 3);
  });

  it("of a subscription's end leaves later calls to nobody", async () => {
    const { account, customer, limit, news } = hearing();
    await news.key();
    await news.entitlement();
    await account.record([account.cell(customer, 4n)]);
    const endTime = new Date(Math.ceil(metering.clock.now().getTime() / 900_000) * 900_000);
    await news.entitlement({ version: 2n, endTime });
    metering.clock.travelTo(endTime);
    await account.record([account.cell(customer, 5n)]);
    await assert.rejects(account.quota(customer, limit), { reason: "LIMIT_NOT_FOUND" });
    const text = `select sum(calls)::int as calls from rollup join usage_cell using (account_id, cell_id)
      where account_id = $1 and subscription_id is null`;
    const [row] = await metering.look<{ calls: number }>(text, [account.accountId]);
    assert.equal(row?.calls, 5);
  });
});

describe("a key that names a subscription nobody has told of", async () => {
  const metering = await testMetering();

  it("is not counted for another one: billing is asked first", async () => {
    const account = new TestAccount(metering);
    const customer = account.customer();
    account.entitle(customer);
    await new TestGate(account).ask(customer, 0);
    const other = { ...customer, subscriptionId: newId(), keyId: newId() };
    account.key(customer, { keyId: other.keyId, subscriptionId: other.subscriptionId });
    accountsOf.set(other.keyId, account.accountId);
    const event = account.event(other);
    metering.neighbours.billingAway = true;
    assert.deepEqual((await account.record([event])).retryEvents, [0]);
    metering.neighbours.billingAway = false;
    account.entitle(other, { isDefault: false });
    assert.equal((await account.record([event])).counted, 1n);
    const text = "select subscription_id from usage_cell where account_id = $1 and key_id = $2";
    const rows = await metering.look<{ subscription_id: string }>(text, [
      account.accountId,
      other.keyId,
    ]);
    assert.deepEqual(
      rows.map((row) => row.subscription_id),
      [other.subscriptionId],
    );
  });

  it("falls back to the default if billing knows of none either, and asks no more", async () => {
    const account = new TestAccount(metering);
    const customer = account.customer({ subscriptionId: newId() });
    account.entitle(customer);
    await account.record([account.event(customer)]);
    const { asked } = metering.neighbours;
    await account.record([account.event(customer)]);
    assert.equal(metering.neighbours.asked, asked);
    await reconcile(account);
  });
});

describe("a limit on a meter that is not counted", async () => {
  const metering = await testMetering();

  it("is neither counted nor kept, and holds nothing up", async () => {
    const account = new TestAccount(metering);
    const customer = account.customer();
    const limit = account.limit(customer, 1n, { meterId: newId() });
    account.entitle(customer, { limits: [limit] });
    assert.equal((await new TestGate(account).ask(customer, 50)).grantedCalls, 50);
    await account.record([account.cell(customer, 9n)]);
    assert.deepEqual(await account.told(), []);
    await assert.rejects(account.quota(customer, limit), { reason: "LIMIT_NOT_FOUND" });
  });
});
