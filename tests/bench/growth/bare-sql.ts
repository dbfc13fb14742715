import { type QueryUsageRequest, UsageDimension } from "@tollbook/contracts/metering/v1";
import type pg from "pg";

const FIGURES = "calls, refused, errors, units, bytes";
const SUMS = FIGURES.split(", ")
  .map((name) => `sum(${name}) as ${name}`)
  .join(", ");

/**
 * What the product reads for a question, in the plain SQL that one would write by hand: without
 * row-level security, gRPC or pages, by whoever may see everything.
 */
export async function bareAnswer(
  client: pg.Client,
  accountId: string,
  { startTime, endTime, groupBy }: QueryUsageRequest,
): Promise<void> {
  const fence = "select fold_number, folded_until from account_fence where account_id = $1";
  const { rows } = await client.query<Fence>(fence, [accountId]);
  const [{ fold_number, folded_until } = NO_FENCE] = rows;
  const text = groupBy.includes(UsageDimension.ENDPOINT) ? BY_ENDPOINT : BY_CUSTOMER;
  await client.query(text, [accountId, startTime, endTime, fold_number, folded_until]);
}

interface Fence {
  fold_number: number;
  folded_until: Date;
}

const NO_FENCE: Fence = { fold_number: 0, folded_until: new Date(0) };

const QUARTER_HOURS = "r.account_id = $1 and r.bucket_start >= $5 and r.bucket_start < $3";
const DAYS = "r.account_id = $1 and r.fold_number = $4 and r.day_start >= $2 and r.day_start < $5";

const BY_CUSTOMER = `select customer_id, ${SUMS} from (
    select customer_id, ${FIGURES} from rollup r join usage_cell using (account_id, cell_id)
      where ${QUARTER_HOURS} and not test
    union all
    select customer_id, ${FIGURES} from rollup_customer_day r where ${DAYS} and not test
  ) as rows group by 1 order by calls desc limit 1000`;

const BY_ENDPOINT = `select customer_id, endpoint, ${SUMS} from (
    select cell_id, ${SUMS} from (
      select cell_id, ${FIGURES} from rollup r where ${QUARTER_HOURS}
      union all
      select cell_id, ${FIGURES} from rollup_day r where ${DAYS}
    ) as rows group by 1
  ) as cells join usage_cell using (cell_id)
  where account_id = $1 and not test group by 1, 2 order by calls desc limit 1000`;
