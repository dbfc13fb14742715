import { sha256Of } from "../domain/root-key.ts";
import type { Needs } from "./needs.ts";

/** Ends the session of a refresh token, or all sessions of its member. */
export const signOut =
  ({ database, sessions }: Needs) =>
  async (refreshToken: string, everywhere: boolean): Promise<void> => {
    const sha256 = sha256Of(refreshToken);
    const accountId = await sessions.accountOfToken(sha256);
    if (accountId === undefined) return;
    await database.inAccount(accountId, async (tx) => {
      const used = await sessions.useToken(tx, sha256);
      if (!used) return;
      if (everywhere) await sessions.endAll(tx, used.memberId);
      else await sessions.end(tx, used.sessionId);
    });
  };
