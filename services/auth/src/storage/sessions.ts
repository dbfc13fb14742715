import type { Database } from "@tollbook/service";
import type { Sessions, UsedToken } from "../app/needs.ts";

/** Sessions of members and the refresh tokens they go on by. */
export const sessionsIn = (database: Database): Sessions => ({
  async begin(tx, sessionId, memberId) {
    const text = "insert into session (account_id, session_id, member_id) values ($1, $2, $3)";
    await tx.sql(text, [tx.accountId, sessionId, memberId]);
  },

  async addToken(tx, sessionId, sha256, expireTime) {
    const text = `insert into refresh_token (account_id, token_sha256, session_id, expire_time)
      values ($1, $2, $3, $4)`;
    await tx.sql(text, [tx.accountId, sha256, sessionId, expireTime]);
  },

  async useToken(tx, sha256) {
    const [row] = await tx.sql<UsedToken>(useTokenSql, [tx.accountId, sha256]);
    return row;
  },

  async end(tx, sessionId) {
    const text = `update session set end_time = coalesce(end_time, now())
      where account_id = $1 and session_id = $2`;
    await tx.sql(text, [tx.accountId, sessionId]);
  },

  async endAll(tx, memberId) {
    const text = `update session set end_time = now()
      where account_id = $1 and member_id = $2 and end_time is null`;
    await tx.sql(text, [tx.accountId, memberId]);
  },

  async accountOfToken(sha256) {
    const text = `select account_id as "accountId" from account_of_refresh_token($1)`;
    const [row] = await database.asWorker((tx) => tx.sql<{ accountId: string }>(text, [sha256]));
    return row?.accountId;
  },
});

/** Locks the token first, so that of two uses at once the second one sees the first. */
const useTokenSql = `
  with known as (
    select r.use_time is not null as reused, r.session_id, r.token_sha256, s.member_id,
      r.expire_time <= now() or s.end_time is not null as ended
    from refresh_token r join session s using (account_id, session_id)
    where r.account_id = $1 and r.token_sha256 = $2 for update of r),
  used as (
    update refresh_token r set use_time = coalesce(r.use_time, now()) from known
    where r.account_id = $1 and r.token_sha256 = known.token_sha256)
  select session_id as "sessionId", member_id as "memberId", reused, ended from known`;
