import type { Database } from "@tollbook/service";
import { answeredRequestDays } from "@tollbook/service/storage";

/** Rows of one delete: some milliseconds of locks. */
const TRIM_BATCH = 1_000;

/** Forgets answers whose repeats would be new requests; across accounts. */
export const forgetAnswersIn = (database: Database) => async (): Promise<void> => {
  await database.asWorker((tx) => tx.sql(TRIM, [answeredRequestDays, TRIM_BATCH]));
};

const TRIM = `
  delete from answered_request where (account_id, request_id) in (
    select account_id, request_id from answered_request
    where first_time < now() - make_interval(days => $1::integer) order by first_time limit $2
  )`;
