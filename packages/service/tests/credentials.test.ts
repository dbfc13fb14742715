import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { Metadata } from "@grpc/grpc-js";
import { DomainError } from "@tollbook/domain";
import {
  type Caller,
  createAuthenticator,
  type Permission,
  requireAccount,
  signSessionToken,
} from "@tollbook/service";
import { importJWK, SignJWT } from "jose";
import { echoDoor, openToAll } from "./echo-service.ts";
import { anAccount, asService, serviceKeys, startHost, TestCredentials } from "./start-host.ts";

const rootKey = "tb_root_3vQB7B6MrGQZaxCuFg4oh_0sZK2A";
const accountId = anAccount();
const sessionKey = serviceKeys.auth?.privateKey;
assert.ok(sessionKey);

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const scopes = ["gate:check"];
const session = (role: "owner" | "viewer", lifetimeSeconds = 60) =>
  signSessionToken({ privateKey: sessionKey, accountId, memberId: "m", role, lifetimeSeconds });

/** Calls Say under one permission; says who the handler saw, or why it never ran. */
async function calling(
  permission: Permission,
  credential?: () => Promise<string> | string,
  actFor?: string,
): Promise<Caller | string> {
  let seen: Caller | undefined;
  const say = async (_request: unknown, caller: Caller) => {
    seen = caller;
    return { text: "" };
  };
  const door = echoDoor({ say }, { ...openToAll, Say: permission });
  const { client, credentials, close } = await startHost(door, credential ? { credential } : {});
  const rootKeyId = "root-key-1";
  credentials.rootKeys.set(sha256(rootKey), { accountId, rootKeyId, scopes });
  try {
    await client.say({ text: "" }, actFor ? { actFor } : {});
    return seen ?? "not called";
  } catch (error) {
    assert.ok(error instanceof DomainError, String(error));
    return `${error.kind} ${error.reason}`;
  } finally {
    await close();
  }
}

describe("a door", () => {
  const guarded: Permission = { roles: ["owner"], scope: "gate:check", services: true };

  it("sees nobody at a public RPC, whatever is sent", async () => {
    assert.deepEqual(await calling({ public: true }, () => rootKey), { kind: "anonymous" });
  });

  it("asks for a credential everywhere else", async () => {
    assert.equal(await calling(guarded), "unauthenticated CREDENTIAL_MISSING");
  });

  it("lets nobody through a permission without grants", async () => {
    assert.equal(await calling({}, () => rootKey), "permission-denied SCOPE_MISSING");
    assert.equal(await calling({}, asService("auth")), "permission-denied SERVICE_DENIED");
    assert.equal(await calling({}, () => session("owner")), "permission-denied ROLE_DENIED");
  });

  it("knows a root key, its account and its scopes", async () => {
    const caller = { kind: "root-key", accountId, rootKeyId: "root-key-1", scopes };
    assert.deepEqual(await calling(guarded, () => rootKey), caller);
  });

  it("refuses a root key without the scope, and one that auth does not know", async () => {
    const other: Permission = { scope: "usage:write", services: true };
    assert.equal(await calling(other, () => rootKey), "permission-denied SCOPE_MISSING");
    const unknown = () => "tb_root_unknown";
    assert.equal(await calling(guarded, unknown), "unauthenticated ROOT_KEY_UNKNOWN");
  });

  it("knows a member by their session, and their role", async () => {
    const caller = { kind: "member", accountId, memberId: "m", role: "owner" };
    assert.deepEqual(await calling(guarded, () => session("owner")), caller);
    assert.equal(await calling(guarded, () => session("viewer")), "permission-denied ROLE_DENIED");
  });

  it("refuses a session that is over", async () => {
    const over = () => session("owner", -10);
    assert.equal(await calling(guarded, over), "unauthenticated TOKEN_EXPIRED");
  });

  it("ignores the account a member or a root key names", async () => {
    const caller = await calling(guarded, () => rootKey, anAccount());
    assert.equal(typeof caller === "string" ? caller : requireAccount(caller), accountId);
  });

  it("knows a service, and the account it acts for", async () => {
    const service = "metering";
    const alone = { kind: "service", service };
    assert.deepEqual(await calling(guarded, asService("metering")), alone);
    const caller = await calling(guarded, asService("metering"), accountId);
    assert.deepEqual(caller, { kind: "service", service, accountId });
    assert.equal(
      await calling(guarded, asService("metering"), "'; drop table"),
      "invalid ACCOUNT_ID_MALFORMED",
    );
  });

  it("refuses a token that one service signs in another's name", async () => {
    const { privateKey } = serviceKeys.metering ?? {};
    assert.ok(privateKey?.kid);
    const forged = new SignJWT()
      .setProtectedHeader({ alg: "EdDSA", typ: "tollbook-service+jwt", kid: privateKey.kid })
      .setIssuer("auth")
      .setAudience("tollbook")
      .setIssuedAt()
      .setExpirationTime("60s")
      .sign(await importJWK(privateKey, "EdDSA"));
    assert.equal(await calling(guarded, () => forged), "unauthenticated TOKEN_INVALID");
  });

  it("refuses a session that no key of auth has signed", async () => {
    const token = await session("owner");
    const forged = `${token.slice(0, -6)}AAAAAA`;
    assert.equal(await calling(guarded, () => forged), "unauthenticated TOKEN_INVALID");
    assert.equal(await calling(guarded, () => "nonsense"), "unauthenticated TOKEN_INVALID");
  });
});

describe("an authenticator", () => {
  const bearer = new Metadata();
  bearer.set("authorization", `Bearer ${rootKey}`);
  const make = () => {
    const source = new TestCredentials();
    source.rootKeys.set(sha256(rootKey), { accountId, rootKeyId: "r1", scopes });
    const resolveRootKey = (hash: Uint8Array) => source.resolveRootKey(hash);
    const sessionKeys = () => source.sessionKeys();
    const serviceKeys = { keys: [] };
    return {
      source,
      authenticator: createAuthenticator({ resolveRootKey, sessionKeys, serviceKeys }),
    };
  };

  it("asks auth once for a root key used a thousand times at once", async () => {
    const { source, authenticator } = make();
    const calls = Array.from({ length: 1_000 }, () => authenticator.authenticate(bearer));
    await Promise.all(calls);
    await authenticator.authenticate(bearer);
    assert.equal(source.asked.length, 1);
  });

  it("asks again at once when the root key has changed", async () => {
    const { source, authenticator } = make();
    await authenticator.authenticate(bearer);
    source.rootKeys.clear();
    authenticator.forgetRootKey("r1");
    await assert.rejects(authenticator.authenticate(bearer), /unknown, revoked or expired/);
  });

  it("does not keep an answer that was on its way when the root key changed", async () => {
    const { source, authenticator } = make();
    const underWay = authenticator.authenticate(bearer);
    authenticator.forgetRootKey("r1");
    await underWay;
    source.rootKeys.clear();
    await new Promise((resolve) => setTimeout(resolve, 5));
    await assert.rejects(authenticator.authenticate(bearer), /unknown, revoked or expired/);
  });

  it("does not remember a root key beyond its end", async () => {
    const { source, authenticator } = make();
    const expireTime = new Date(Date.now() + 30);
    source.rootKeys.set(sha256(rootKey), { accountId, rootKeyId: "r1", scopes, expireTime });
    await authenticator.authenticate(bearer);
    source.rootKeys.clear();
    await new Promise((resolve) => setTimeout(resolve, 60));
    await assert.rejects(authenticator.authenticate(bearer), /unknown, revoked or expired/);
  });

  it("passes on that auth cannot be asked, and asks again the next time", async () => {
    const { source, authenticator } = make();
    const { resolveRootKey } = source;
    source.resolveRootKey = () => Promise.reject(new DomainError("unavailable", "DOWN", "Down."));
    await assert.rejects(authenticator.authenticate(bearer), { reason: "DOWN" });
    source.resolveRootKey = resolveRootKey;
    assert.equal((await authenticator.authenticate(bearer)).kind, "root-key");
  });
});
