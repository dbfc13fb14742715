import { randomBytes } from "node:crypto";
import { newId } from "@tollbook/domain";
import type { Tx } from "@tollbook/service";
import type { Account } from "../domain/account.ts";
import type { Member } from "../domain/member.ts";
import { sha256Of } from "../domain/root-key.ts";
import type { Needs, Session } from "./needs.ts";

/** A member who does not come back for this long signs in again. */
const refreshLifetimeMs = 30 * 24 * 60 * 60 * 1_000;
const refreshTokenBytes = 32;

/** Begins a session for a member who has just proved who they are. */
export const beginSession =
  (needs: Needs) =>
  async (tx: Tx, account: Account, member: Member): Promise<Session> => {
    const sessionId = newId();
    await needs.sessions.begin(tx, sessionId, member.memberId);
    return extendSession(needs)(tx, account, member, sessionId);
  };

/** Gives a session its next access and refresh token. */
export const extendSession =
  ({ signer, sessions }: Needs) =>
  async (tx: Tx, account: Account, member: Member, sessionId: string): Promise<Session> => {
    const refreshToken = `tb_refresh_${randomBytes(refreshTokenBytes).toString("base64url")}`;
    const refreshExpireTime = new Date(Date.now() + refreshLifetimeMs);
    await sessions.addToken(tx, sessionId, sha256Of(refreshToken), refreshExpireTime);
    const signed = await signer.sign(account, member, sessionId);
    return { ...signed, refreshToken, refreshExpireTime };
  };
