import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  CreateCustomerRequest,
  CustomerServiceClient,
  DescribeKeysRequest,
  DirectoryServiceClient,
  GetKeyRequest,
  IssueKeysRequest,
  KeyServiceClient,
} from "@tollbook/contracts/auth/v1";
import { KeyChanged } from "@tollbook/contracts/auth/v1/events";
import { hashKey } from "@tollbook/gate";
import pg from "pg";
import { type AuthUnderTest, signUp, startAuth } from "./auth-under-test.ts";

let auth: AuthUnderTest;
before(async () => {
  auth = await startAuth();
});
after(() => auth.stop());

async function accountWithCustomer() {
  const account = await signUp(auth);
  const customers = auth.client(CustomerServiceClient, account.token);
  const request = CreateCustomerRequest.fromPartial({ name: "ABC Pvt Ltd", externalId: "abc" });
  const { customer } = await customers.createCustomer(request);
  return {
    ...account,
    customerId: customer?.customerId ?? "",
    keys: auth.client(KeyServiceClient, account.token),
  };
}

const limits = [
  { name: "a day", window: "day", quota: 1_000n },
  { name: "a second", ratePerSecondMilli: 2_500n, burst: 5n },
];

describe("keys with limits of their own", () => {
  it("show them, tell them to gates, to metering and in the news", async () => {
    const { customerId, keys, rootKeySecret } = await accountWithCustomer();
    const asked = IssueKeysRequest.fromPartial({ customerId, count: 2, limits });
    const { keys: issued } = await keys.issueKeys(asked);
    const shown = issued.map(({ key }) => key?.limits ?? []);
    assert.deepEqual(
      shown[0]?.map(({ name, window, quota, burst }) => [name, window, quota, burst]),
      [
        ["a day", "day", 1_000n, 0n],
        ["a second", "", 0n, 5n],
      ],
    );
    assert.equal(new Set(shown.flat().map(({ limitId }) => limitId)).size, 4, "each its own");
    const [first] = issued;
    const keyId = first?.key?.keyId ?? "";
    const { key } = await keys.getKey(GetKeyRequest.fromPartial({ keyId }));
    assert.deepEqual(key?.limits, shown[0]);
    const directory = auth.client(DirectoryServiceClient, rootKeySecret);
    const keySha256 = Buffer.from(hashKey(first?.secret ?? ""), "hex");
    assert.deepEqual((await directory.resolveKey({ keySha256 })).key?.limits, shown[0]);
    const metering = auth.client(DirectoryServiceClient, auth.meteringCredential);
    const described = await metering.describeKeys(
      DescribeKeysRequest.fromPartial({ keyIds: [keyId] }),
      { actFor: await accountOf(keyId) },
    );
    assert.deepEqual(described.keys[0]?.limits, shown[0]);
    assert.deepEqual((await toldOf(keyId))?.limits, shown[0]);
  });

  it("are refused with everything that is wrong about them", async () => {
    const { customerId, keys } = await accountWithCustomer();
    const bad = [
      { name: "", window: "week" },
      { name: "x", burst: 1n },
    ];
    const asked = keys.issueKeys(IssueKeysRequest.fromPartial({ customerId, limits: bad }));
    await assert.rejects(asked, ({ reason, violations }) => {
      assert.equal(reason, "KEY_INVALID");
      assert.deepEqual(
        violations.map(({ field }: { field: string }) => field),
        ["limits[0].name", "limits[0].window", "limits[1].rate_per_second_milli"],
      );
      return true;
    });
  });
});

async function look<Row>(text: string, params: unknown[]): Promise<Row[]> {
  const client = new pg.Client({ connectionString: auth.state.database.superUrl });
  await client.connect();
  const { rows } = await client.query(text, params);
  await client.end();
  return rows as Row[];
}

async function accountOf(keyId: string): Promise<string> {
  const text = "select account_id from customer_key where key_id = $1";
  const [row] = await look<{ account_id: string }>(text, [keyId]);
  return row?.account_id ?? "";
}

async function toldOf(keyId: string): Promise<KeyChanged | undefined> {
  const text = "select payload from outbox where type = $1";
  const rows = await look<{ payload: Buffer }>(text, [KeyChanged.$type]);
  const told = rows.map(({ payload }) => KeyChanged.decode(payload));
  return told.find((news) => news.keyId === keyId);
}
