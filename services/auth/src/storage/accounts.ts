import type { Database } from "@tollbook/service";
import { codeOf } from "@tollbook/service/storage";
import type { Accounts, Candidate } from "../app/needs.ts";
import { emailInUse } from "../domain/errors.ts";
import { accountOf } from "./account-of.ts";
import { AccountRow, MemberRow } from "./schema.ts";

/** Accounts and the people in them. */
export const accountsIn = (database: Database): Accounts => ({
  async open(tx, account, owner, passwordHash) {
    tx.em.create(AccountRow, account);
    await tx.em.flush();
    tx.em.create(MemberRow, { ...owner, passwordHash, accountId: account.accountId });
    try {
      await tx.em.flush();
    } catch (error) {
      throw codeOf(error) === "23505" ? emailInUse() : error;
    }
  },

  get: (tx) => tx.em.findOneOrFail(AccountRow, { accountId: accountOf(tx) }),

  async member(tx, memberId) {
    const row = await tx.em.findOne(MemberRow, { accountId: accountOf(tx), memberId });
    return row ?? undefined;
  },

  async candidate(email) {
    const text = `select account_id as "accountId", member_id as "memberId",
      password_hash as "passwordHash" from member_by_email($1)`;
    const [row] = await database.asWorker((tx) => tx.sql<Candidate>(text, [email]));
    return row;
  },
});
