import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  AccountServiceClient,
  CreateCustomerRequest,
  CreateRootKeyRequest,
  CredentialServiceClient,
  CustomerServiceClient,
  IssueKeysRequest,
  KeyServiceClient,
  MemberServiceClient,
  RootKeyServiceClient,
  SessionServiceClient,
  SignUpRequest,
} from "@tollbook/contracts/auth/v1";
import { newId } from "@tollbook/domain";
import { type AuthUnderTest, signUp, startAuth } from "./auth-under-test.ts";

let auth: AuthUnderTest;
before(async () => {
  auth = await startAuth();
});
after(() => auth.stop());

const owner = async () => {
  const account = await signUp(auth);
  return {
    ...account,
    customers: auth.client(CustomerServiceClient, account.token),
    keys: auth.client(KeyServiceClient, account.token),
    rootKeys: auth.client(RootKeyServiceClient, account.token),
  };
};
const customer = (name: string, more: Partial<CreateCustomerRequest> = {}) =>
  CreateCustomerRequest.fromPartial({ name, ...more });

describe("signing up", () => {
  it("gives an account in India's zone and currency, a session and a root key shown once", async () => {
    const { account, rootKey, rootKeySecret, token } = await signUp(auth);
    assert.equal(account?.timeZone, "Asia/Kolkata");
    assert.equal(account?.currency, "INR");
    assert.deepEqual(rootKey?.scopes, ["gate:check", "usage:write"]);
    assert.match(rootKeySecret, /^tb_root_/);
    const me = await auth.client(MemberServiceClient, token).getMe({});
    assert.equal(me.member?.name, "Asha");
  });

  it("tells everything that is wrong at once", async () => {
    const words = SignUpRequest.fromPartial({ email: "no address", password: "short" });
    const trying = auth.client(AccountServiceClient).signUp(words);
    await assert.rejects(trying, (error: { reason: string; violations: { field: string }[] }) => {
      const fields = error.violations.map(({ field }) => field);
      assert.equal(error.reason, "SIGN_UP_INVALID");
      assert.deepEqual(fields, ["account_name", "email", "password"]);
      return true;
    });
  });

  it("refuses an address in use, and tells a repeat of the same request the same account", async () => {
    const client = auth.client(AccountServiceClient);
    const words = SignUpRequest.fromPartial({
      accountName: "Twice",
      email: `${newId()}@example.com`,
      password: "correct horse battery",
      requestId: newId(),
    });
    const first = await client.signUp(words);
    const repeat = await client.signUp(words);
    assert.equal(repeat.account?.accountId, first.account?.accountId);
    assert.equal(repeat.rootKeySecret, "");
    const other = client.signUp({ ...words, requestId: newId() });
    await assert.rejects(other, { reason: "EMAIL_IN_USE" });
  });
});

describe("sessions", () => {
  it("answers a wrong password and an unknown address alike", async () => {
    const { member } = await signUp(auth);
    const sessions = auth.client(SessionServiceClient);
    const email = member?.email ?? "";
    const wrong = { email, password: "not the password", oneTimeCode: "" };
    await assert.rejects(sessions.signIn(wrong), { reason: "SIGN_IN_FAILED" });
    const unknown = { ...wrong, email: "nobody@example.com" };
    await assert.rejects(sessions.signIn(unknown), { reason: "SIGN_IN_FAILED" });
    const good = await sessions.signIn({ ...wrong, password: "correct horse battery" });
    assert.equal(good.member?.email, email);
  });

  it("ends a whole session when a refresh token comes twice", async () => {
    const { session } = await signUp(auth);
    const sessions = auth.client(SessionServiceClient);
    const refreshToken = session?.refreshToken ?? "";
    const next = await sessions.refreshSession({ refreshToken });
    await assert.rejects(sessions.refreshSession({ refreshToken }), { reason: "SESSION_ENDED" });
    const stolen = { refreshToken: next.session?.refreshToken ?? "" };
    await assert.rejects(sessions.refreshSession(stolen), { reason: "SESSION_ENDED" });
  });
});

describe("root keys", () => {
  it("are shown once, also to a repeat, and end when revoked", async () => {
    const { rootKeys } = await owner();
    const request = CreateRootKeyRequest.fromPartial({ name: "backend", requestId: newId() });
    const first = await rootKeys.createRootKey(request);
    const repeat = await rootKeys.createRootKey(request);
    assert.equal(repeat.rootKey?.rootKeyId, first.rootKey?.rootKeyId);
    assert.equal(repeat.secret, "");
    const rootKeyId = first.rootKey?.rootKeyId ?? "";
    await rootKeys.revokeRootKey({ rootKeyId });
    const { createHash } = await import("node:crypto");
    const rootKeySha256 = createHash("sha256").update(first.secret).digest();
    const asService = auth.client(CredentialServiceClient, auth.meteringCredential);
    const resolving = asService.resolveCredential({ rootKeySha256 });
    await assert.rejects(resolving, { reason: "ROOT_KEY_UNKNOWN" });
  });

  it("refuses scopes that mean nothing, and a request id used for something else", async () => {
    const { rootKeys } = await owner();
    const bad = CreateRootKeyRequest.fromPartial({ name: "x", scopes: ["everything"] });
    await assert.rejects(rootKeys.createRootKey(bad), { reason: "ROOT_KEY_INVALID" });
    const request = CreateRootKeyRequest.fromPartial({ name: "one", requestId: newId() });
    await rootKeys.createRootKey(request);
    const other = rootKeys.createRootKey({ ...request, name: "two" });
    await assert.rejects(other, { reason: "REQUEST_ID_REUSED" });
  });
});

describe("customers and keys", () => {
  it("lists customers newest first, a page at a time", async () => {
    const { customers } = await owner();
    for (const name of ["A", "B", "C"]) await customers.createCustomer(customer(name));
    const asked = { pageSize: 2, pageToken: "", externalId: "", nameContains: "" };
    const first = await customers.listCustomers(asked);
    assert.deepEqual(
      first.customers.map(({ name }) => name),
      ["C", "B"],
    );
    const rest = await customers.listCustomers({ ...asked, pageToken: first.nextPageToken });
    assert.deepEqual(
      rest.customers.map(({ name }) => name),
      ["A"],
    );
    assert.equal(rest.nextPageToken, "");
    const bent = { ...asked, nameContains: "x", pageToken: first.nextPageToken };
    await assert.rejects(customers.listCustomers(bent), { reason: "PAGE_TOKEN_MALFORMED" });
  });

  it("keeps external ids unique within an account and only there", async () => {
    const [one, two] = [await owner(), await owner()];
    await one.customers.createCustomer(customer("ABC", { externalId: "abc" }));
    await two.customers.createCustomer(customer("ABC", { externalId: "abc" }));
    const again = one.customers.createCustomer(customer("ABC 2", { externalId: "abc" }));
    await assert.rejects(again, { reason: "EXTERNAL_ID_IN_USE" });
  });

  it("shows a key's secret once and stores nothing that opens anything", async () => {
    const { customers, keys } = await owner();
    const { customer: abc } = await customers.createCustomer(customer("ABC"));
    const words = { customerId: abc?.customerId ?? "", name: "live", requestId: newId() };
    const request = IssueKeysRequest.fromPartial(words);
    const { keys: issued } = await keys.issueKeys(request);
    const secret = issued[0]?.secret ?? "";
    assert.match(secret, /^tb_live_[0-9A-Za-z]{22,}_[0-9A-Za-z]{6}$/);
    const repeat = await keys.issueKeys(request);
    assert.equal(repeat.keys[0]?.secret, "");
    const listed = await keys.listKeys({ customerId: "", pageSize: 0, pageToken: "" });
    assert.equal(JSON.stringify(listed.keys, plain).includes(secret), false);
    assert.equal(listed.keys[0]?.lastFour, secret.slice(-4));
  });

  it("hides another account's customers and keys behind NOT_FOUND", async () => {
    const [one, two] = [await owner(), await owner()];
    const { customer: abc } = await one.customers.createCustomer(customer("ABC"));
    const customerId = abc?.customerId ?? "";
    const issued = await one.keys.issueKeys(IssueKeysRequest.fromPartial({ customerId }));
    const keyId = issued.keys[0]?.key?.keyId ?? "";
    const notFound = { kind: "not-found" };
    await assert.rejects(two.customers.getCustomer({ customerId }), notFound);
    await assert.rejects(two.customers.suspendCustomer({ customerId, reason: "" }), notFound);
    await assert.rejects(two.keys.getKey({ keyId }), notFound);
    await assert.rejects(two.keys.revokeKey({ keyId }), notFound);
    const theirs = IssueKeysRequest.fromPartial({ customerId });
    await assert.rejects(two.keys.issueKeys(theirs), notFound);
  });
});

function plain(_name: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}
