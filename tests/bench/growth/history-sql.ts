/** Figures and the three buckets of the histogram that the past has latencies in. */
const SUMS = ["calls", "refused", "errors", "units", "bytes", "latency_9", "latency_11"];
const LIST = SUMS.join(", ");

/** Months of rollups that business time has left behind, as the product made them in their time. */
export const PARTITIONS = `do $$ begin
  perform make_partition('rollup', to_char(month, '"m"YYYYMM'), month::text,
      (month + interval '1 month')::text, 70)
    from generate_series(date_trunc('month', now()) - interval '4 months',
      date_trunc('month', now()), interval '1 month') month;
  perform keep_rollup_partitions(now(), null);
end $$`;

/**
 * For each customer and day ten endpoints, drawn without putting back, the nth of the API with a
 * weight of 1/n (Efraimidis and Spirakis, 2006), in the order drawn. Binds: account, the oldest day
 * (0 is today), endpoints.
 */
export const CHOOSE_ENDPOINTS = `create temporary table chosen_endpoint as
  select day, customer, place, customer_id, '/v1/forecast/' || nth as endpoint from (
    select day, customer, customer_id, nth, row_number() over (partition by day, customer
      order by -ln(1 - random()) * (nth + 1)) as place
    from (select row_number() over (order by customer_id) - 1 as customer, customer_id
        from (select distinct customer_id from entitlement where account_id = $1) as heard
      ) as customers,
      generate_series(0, $2::integer) as day, generate_series(0, $3::integer - 1) as nth
  ) as drawn where place <= 10`;

/** The pairs that a customer calls today. */
export const CALLED_TODAY = "select customer_id, endpoint from chosen_endpoint where day = 0";

/** As the product names a cell (`dimensionsName`). */
const HASH = `substr(encode(sha256(convert_to(concat_ws(e'\\n', customer_id, key_id,
  subscription_id, endpoint, method, status_class, case when test then 'true' else 'false' end),
  'UTF8')), 'hex'), 1, 32)::uuid`;

/** How many of an account's cells are not named as we believe. Binds: account. */
export const CELLS_NAMED_OTHERWISE = `select count(*)::integer as cells from usage_cell
  where account_id = $1 and dimensions_hash <> ${HASH}`;

/** The cells of all endpoints chosen, besides those that were counted in. Binds: account. */
export const MAKE_CELLS = `insert into usage_cell (account_id, dimensions_hash, customer_id, key_id,
    subscription_id, endpoint, method, status_class, test)
  select $1::uuid, ${HASH}, customer_id, key_id, subscription_id, endpoint, method, status_class, test
  from (select distinct customer_id, endpoint from chosen_endpoint) as pairs
  join (select distinct on (customer_id) customer_id, key_id, subscription_id, method, status_class,
      test from usage_cell where account_id = $1
    ) as customers using (customer_id)
  order by 2 on conflict do nothing`;

/** Each day's cells, and what is written of them. Binds: account. */
export const CHOOSE_CELLS = `create temporary table chosen_cell as
  select day, customer, place, customer_id, endpoint, cell_id from chosen_endpoint
  join usage_cell using (customer_id, endpoint) where account_id = $1`;
export const LEDGER = `create temporary table written
  (day_start timestamptz, customer_id uuid, endpoint text, calls bigint)`;

/**
 * Adds calls to one local day. Each customer calls $6 times, the first $7 once more: its nth endpoint
 * in proportion to 1/n, at least once a quarter hour, in $5 quarter hours (numbered from $4, so that
 * a day that grows uses others than before) scattered over the day; of today only those before $9.
 * What is folded already is in the days as well. Binds: account, day, its start, first quarter
 * hour, quarter hours, calls, customers with one more, batch, until when.
 */
export const ADD_DAY = `with fence as (
    select fold_number, folded_until from account_fence where account_id = $1
  ), shares as (
    select e.*, $6::integer + (customer < $7::integer)::integer as day_calls,
      $5::integer + floor(($6::integer - 10 * $5::integer)
        * (1.0 / place) / 2.9289682539682538)::integer as share
    from chosen_cell e where day = $2
  ), endpoint_calls as (
    select *, case when place = 1 then
        share + day_calls - sum(share) over (partition by customer) else share end as wanted
    from shares
  ), added as (
    select cell_id, customer_id, endpoint, bucket_start, c as calls, 0::bigint as refused,
      0::bigint as errors, c as units, c * 1000 as bytes, c - c / 3 as latency_9,
      nullif(c / 3, 0) as latency_11
    from endpoint_calls cross join lateral (
      select $3::timestamptz + ((cell_id * 13 + $2::integer * 29 + nth * 37) % 96)
          * interval '15 minutes' as bucket_start,
        (wanted / $5 + (nth - $4 < wanted % $5)::integer)::bigint as c
      from generate_series($4::integer, $4::integer + $5::integer - 1) as nth
    ) as quarter where bucket_start < $9
  ), folded as (
    select added.*, fold_number from added cross join fence where bucket_start < folded_until
  ), rollups as (
    insert into rollup (account_id, bucket_start, cell_id, seal_number, ${LIST})
    select $1::uuid, bucket_start, cell_id, 1, ${LIST} from added order by 2, 3 returning 1
  ), cell_days as (
    insert into rollup_day as r (account_id, fold_number, day_start, cell_id, ${LIST})
    select $1::uuid, fold_number, $3, cell_id, ${summed()} from folded group by 2, 4 order by 4
    on conflict (account_id, fold_number, day_start, cell_id) do update set ${added()}
  ), customer_days as (
    insert into rollup_customer_day as r
      (account_id, fold_number, day_start, customer_id, test, ${LIST})
    select $1::uuid, fold_number, $3, customer_id, false, ${summed()}
    from folded group by 2, 4 order by 4
    on conflict (account_id, fold_number, day_start, customer_id, test) do update set ${added()}
  ), counters as (
    update counter k set consumed = k.consumed + t.calls from (
      select customer_id, sum(calls) as calls from added group by 1
    ) as t where k.account_id = $1 and k.customer_id = t.customer_id
      and $3 >= k.window_start and $3 < k.window_end
  ), batch as (
    insert into usage_batch (account_id, batch_id, content_sha256, items, counted_items, counted,
      duplicates, rejected)
    select $1::uuid, $8::uuid, '', 1, 1, coalesce(sum(calls), 0), 0, 0 from added
  ), ledger as (
    insert into written select $3, customer_id, endpoint, sum(calls) from added group by 2, 3
  )
  select (select count(*) from rollups) as rollups, coalesce(sum(calls), 0) as calls from added`;

function summed(): string {
  return SUMS.map((name) => `sum(${name})::bigint`).join(", ");
}

function added(): string {
  return SUMS.map((name) => {
    return `${name} = coalesce(r.${name} + excluded.${name}, r.${name}, excluded.${name})`;
  }).join(", ");
}
