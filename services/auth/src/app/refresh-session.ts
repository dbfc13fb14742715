import { sessionEnded } from "../domain/errors.ts";
import { sha256Of } from "../domain/root-key.ts";
import { extendSession } from "./begin-session.ts";
import type { Needs, Session } from "./needs.ts";

/**
 * Gives a session its next tokens. A refresh token that comes twice was stolen from somebody, so
 * the whole session ends (RFC 9700, 4.14.2).
 */
export const refreshSession =
  (needs: Needs) =>
  async (refreshToken: string): Promise<Session> => {
    const { accounts, sessions } = needs;
    const sha256 = sha256Of(refreshToken);
    const accountId = await sessions.accountOfToken(sha256);
    if (accountId === undefined) throw sessionEnded();
    const session = await needs.database.inAccount(accountId, async (tx) => {
      const used = await sessions.useToken(tx, sha256);
      if (used?.reused) await sessions.end(tx, used.sessionId);
      if (!used || used.reused || used.ended) return undefined;
      const member = await accounts.member(tx, used.memberId);
      if (!member) return undefined;
      return extendSession(needs)(tx, await accounts.get(tx), member, used.sessionId);
    });
    // Thrown outside the transaction, since a reused token must end the session for good.
    if (!session) throw sessionEnded();
    return session;
  };
