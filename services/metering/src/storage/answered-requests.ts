import type { Database } from "@tollbook/service";
import { answeredRequestDays } from "@tollbook/service/storage";

/** Rows of one delete: some milliseconds of locks. */
const TURN_MAX = 1_000;

/** See Storage.forgetAnswers. */
export async function forgetAnswers(database: Database): Promise<boolean> {
  const text = `delete from answered_request where (account_id, request_id) in (
      select account_id, request_id from answered_request
      where first_time < now() - make_interval(days => $1::integer) order by first_time limit $2
    ) returning 1`;
  const params = [answeredRequestDays, TURN_MAX];
  const forgotten = await database.asWorker((tx) => tx.sql(text, params));
  return forgotten.length === TURN_MAX;
}
