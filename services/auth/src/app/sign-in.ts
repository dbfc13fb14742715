import type { Account } from "../domain/account.ts";
import { signInFailed } from "../domain/errors.ts";
import type { Member } from "../domain/member.ts";
import { hashOfNobody, passwordMatches } from "../domain/password-hash.ts";
import { beginSession } from "./begin-session.ts";
import type { Needs, Session } from "./needs.ts";

export interface SignedIn {
  account: Account;
  member: Member;
  session: Session;
}

/** Signs a member in. A wrong address and a wrong password are answered alike, after as long. */
export const signIn =
  (needs: Needs) =>
  async (email: string, password: string): Promise<SignedIn> => {
    const known = await needs.accounts.candidate(email.trim().toLowerCase());
    const matches = await passwordMatches(password, known?.passwordHash ?? (await hashOfNobody));
    if (!known || !matches) throw signInFailed();
    return needs.database.inAccount(known.accountId, async (tx) => {
      const account = await needs.accounts.get(tx);
      const member = await needs.accounts.member(tx, known.memberId);
      if (!member) throw signInFailed();
      return { account, member, session: await beginSession(needs)(tx, account, member) };
    });
  };
