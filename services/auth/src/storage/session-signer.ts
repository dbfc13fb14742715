import { signSessionToken } from "@tollbook/service";
import type { JSONWebKeySet, JWK } from "jose";
import type { SessionSigner } from "../app/needs.ts";

/** Short, since a session that was ended works on until then. */
const accessLifetimeSeconds = 900;

/** Signs sessions with auth's own key pair: an Ed25519 JWK with `kid` and `d`. */
export const sessionSigner = (privateKey: JWK): SessionSigner => ({
  async sign(account, member) {
    const claims = { accountId: account.accountId, memberId: member.memberId, role: member.role };
    const lifetimeSeconds = accessLifetimeSeconds;
    const accessToken = await signSessionToken({ ...claims, privateKey, lifetimeSeconds });
    return { accessToken, accessExpireTime: new Date(Date.now() + lifetimeSeconds * 1_000) };
  },
});

/** The public half, for everybody who must know a session when they see one. */
export function publicKeys(privateKey: JWK): JSONWebKeySet {
  const { d: _, ...publicKey } = privateKey;
  return { keys: [publicKey] };
}
