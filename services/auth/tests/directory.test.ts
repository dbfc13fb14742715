import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, it } from "node:test";
import {
  CreateCustomerRequest,
  CreateRootKeyRequest,
  CustomerServiceClient,
  DescribeKeysRequest,
  DirectoryServiceClient,
  IssueKeysRequest,
  KeyServiceClient,
  RootKeyServiceClient,
  type WatchKeysResponse,
} from "@tollbook/contracts/auth/v1";
import { type AuthUnderTest, signUp, startAuth } from "./auth-under-test.ts";

let auth: AuthUnderTest;
/** A second process over the same database: what one commits, the other's gates must hear. */
let other: AuthUnderTest;
before(async () => {
  auth = await startAuth();
  other = await startAuth({ state: auth.state });
});
after(async () => {
  await other.stop();
  await auth.stop();
});

const sha256 = (text: string) => createHash("sha256").update(text).digest();

async function accountWithKey() {
  const account = await signUp(auth);
  const customers = auth.client(CustomerServiceClient, account.token);
  const request = CreateCustomerRequest.fromPartial({ name: "ABC Pvt Ltd", externalId: "abc" });
  const { customer } = await customers.createCustomer(request);
  const customerId = customer?.customerId ?? "";
  const keys = auth.client(KeyServiceClient, account.token);
  const { keys: issued } = await keys.issueKeys(IssueKeysRequest.fromPartial({ customerId }));
  const [first] = issued;
  if (!first?.key) throw new Error("no key was issued");
  return { ...account, keys, customers, customerId, key: first.key, secret: first.secret };
}

async function* newsOf(process: AuthUnderTest, rootKey: string, signal: AbortSignal) {
  const directory = process.client(DirectoryServiceClient, rootKey);
  const stream = await directory.watchKeys({ sinceVersion: 0n }, { signal });
  for await (const message of stream) yield message as WatchKeysResponse;
}

describe("ResolveKey", () => {
  it("finds a key by its SHA-256, for a root key of the same account only", async () => {
    const [mine, theirs] = [await accountWithKey(), await accountWithKey()];
    const directory = auth.client(DirectoryServiceClient, mine.rootKeySecret);
    const { key } = await directory.resolveKey({ keySha256: sha256(mine.secret) });
    assert.equal(key?.customerExternalId, "abc");
    const foreign = directory.resolveKey({ keySha256: sha256(theirs.secret) });
    await assert.rejects(foreign, { reason: "KEY_UNKNOWN" });
  });

  it("does not open by the stored hash, which somebody may have stolen", async () => {
    const mine = await accountWithKey();
    const directory = auth.client(DirectoryServiceClient, mine.rootKeySecret);
    const { default: pg } = await import("pg");
    const client = new pg.Client({ connectionString: auth.state.database.superUrl });
    await client.connect();
    const { rows } = await client.query("select hash from customer_key where key_id = $1", [
      mine.key.keyId,
    ]);
    await client.end();
    const stored = directory.resolveKey({ keySha256: rows[0].hash });
    await assert.rejects(stored, { reason: "KEY_UNKNOWN" });
  });

  it("is closed to root keys without the scope, to members, and to a revoked root key", async () => {
    const mine = await accountWithKey();
    const keySha256 = sha256(mine.secret);
    const rootKeys = auth.client(RootKeyServiceClient, mine.token);
    const words = { name: "reader", scopes: ["usage:read"] };
    const made = await rootKeys.createRootKey(CreateRootKeyRequest.fromPartial(words));
    const reader = auth.client(DirectoryServiceClient, made.secret);
    await assert.rejects(reader.resolveKey({ keySha256 }), { reason: "SCOPE_MISSING" });
    const member = auth.client(DirectoryServiceClient, mine.token);
    await assert.rejects(member.resolveKey({ keySha256 }), { reason: "ROLE_DENIED" });
    await rootKeys.revokeRootKey({ rootKeyId: mine.rootKey?.rootKeyId ?? "" });
    const revoked = auth.client(DirectoryServiceClient, mine.rootKeySecret);
    await assert.rejects(revoked.resolveKey({ keySha256 }), { reason: "ROOT_KEY_UNKNOWN" });
  });
});

describe("DescribeKeys", () => {
  it("describes keys by id and by SHA-256 to services, and leaves out what is not there", async () => {
    const [mine, theirs] = [await accountWithKey(), await accountWithKey()];
    const metering = auth.client(DirectoryServiceClient, auth.meteringCredential);
    const request = DescribeKeysRequest.fromPartial({
      keyIds: [mine.key.keyId, theirs.key.keyId],
      keySha256s: [sha256(mine.secret), sha256("nothing")],
    });
    const actFor = mine.account?.accountId ?? "";
    const { keys } = await metering.describeKeys(request, { actFor });
    assert.deepEqual(
      keys.map(({ keyId, keySha256 }) => [keyId, keySha256.length]),
      [
        [mine.key.keyId, 0],
        [mine.key.keyId, 32],
      ],
    );
  });
});

describe("WatchKeys, without NATS", () => {
  it("tells the gates of another auth process of a revoked key within a second", async () => {
    const mine = await accountWithKey();
    const ending = new AbortController();
    const heard: string[] = [];
    let revokedAt = 0;
    for await (const { news } of newsOf(other, mine.rootKeySecret, ending.signal)) {
      heard.push(news?.$case ?? "");
      if (news?.$case === "account") {
        await mine.keys.revokeKey({ keyId: mine.key.keyId });
        revokedAt = performance.now();
      }
      if (news?.$case !== "key") continue;
      assert.equal(news.value.keyId, mine.key.keyId);
      assert.equal(news.value.version, 2n);
      assert.ok(performance.now() - revokedAt < 1_000);
      break;
    }
    assert.deepEqual(heard, ["heartbeat", "account", "key"]);
    ending.abort();
  });

  it("tells only the account's own news", async () => {
    const [mine, theirs] = [await accountWithKey(), await accountWithKey()];
    const ending = new AbortController();
    for await (const { news } of newsOf(auth, mine.rootKeySecret, ending.signal)) {
      if (news?.$case === "account") {
        await theirs.keys.revokeKey({ keyId: theirs.key.keyId });
        await mine.keys.disableKey({ keyId: mine.key.keyId });
      }
      if (news?.$case !== "key") continue;
      assert.equal(news.value.keyId, mine.key.keyId);
      break;
    }
    ending.abort();
  });
});
