import { newId } from "@tollbook/domain";
import type { Account, SignUpWords } from "../domain/account.ts";
import { checkSignUp } from "../domain/account.ts";
import { emailInUse } from "../domain/errors.ts";
import type { Member } from "../domain/member.ts";
import { hashPassword, passwordMatches } from "../domain/password-hash.ts";
import { defaultRootKeyScopes, type RootKey } from "../domain/root-key.ts";
import { accountCreated } from "../events/outgoing.ts";
import { beginSession } from "./begin-session.ts";
import { createRootKey } from "./create-root-key.ts";
import type { Needs, Session } from "./needs.ts";

/** What somebody gets who opens an account. */
export interface SignedUp {
  account: Account;
  member: Member;
  session: Session;
  rootKey: RootKey | undefined;
  /** Empty in a repeat: it was shown once. */
  rootKeySecret: string;
}

/**
 * Opens an account with its owner, a session and the first root key. A repeat with the same
 * request id, address and password is told the same account again.
 */
export const signUp =
  (needs: Needs) =>
  async (words: SignUpWords, requestId: string | undefined): Promise<SignedUp> => {
    checkSignUp(words);
    const email = words.email.toLowerCase();
    // The account's id is the request's, so that a repeat finds what the first try made.
    const accountId = requestId ?? newId();
    const repeated = await repeatedSignUp(needs, accountId, email, words.password);
    if (repeated) return repeated;
    const owner = newOwner(needs, words, email);
    const account = newAccount(needs, words, accountId);
    const passwordHash = await hashPassword(words.password);
    return needs.database.inAccount(accountId, async (tx) => {
      await needs.accounts.open(tx, account, owner, passwordHash);
      const name = "first root key";
      const first = await createRootKey(needs)(tx, { name, scopes: defaultRootKeyScopes });
      const session = await beginSession(needs)(tx, account, owner);
      tx.announce(accountCreated(account, [email]));
      return { account, member: owner, session, ...first, rootKeySecret: first.secret };
    });
  };

async function repeatedSignUp(
  needs: Needs,
  accountId: string,
  email: string,
  password: string,
): Promise<SignedUp | undefined> {
  const known = await needs.accounts.candidate(email);
  if (!known) return undefined;
  if (known.accountId !== accountId) throw emailInUse();
  if (!(await passwordMatches(password, known.passwordHash))) throw emailInUse();
  return needs.database.inAccount(accountId, async (tx) => {
    const account = await needs.accounts.get(tx);
    const member = await needs.accounts.member(tx, known.memberId);
    if (!member) throw emailInUse();
    const session = await beginSession(needs)(tx, account, member);
    const page = { size: 1, beforeId: undefined, binding: "" };
    const [rootKey] = await needs.rootKeys.list(tx, page);
    return { account, member, session, rootKey, rootKeySecret: "" };
  });
}

function newAccount({ clock }: Needs, words: SignUpWords, accountId: string): Account {
  return {
    accountId,
    name: words.accountName.trim(),
    timeZone: words.timeZone,
    currency: words.currency,
    country: words.country,
    suspended: false,
    defaultFailureMode: "closed",
    version: 1n,
    createTime: clock.now(),
  };
}

function newOwner({ clock }: Needs, words: SignUpWords, email: string): Member {
  const name = words.memberName.trim();
  const createTime = clock.now();
  return { memberId: newId(), email, name, role: "owner", emailVerified: false, createTime };
}
