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
 * For each customer and day ten endpoints, drawn without putting back, the nth with a weight of 1/n
 * (Efraimidis and Spirakis, 2006), in the order drawn. Binds: account, days, endpoints.
 */
export const CHOOSE_ENDPOINTS = `create temporary table chosen_endpoint as
  select day, customer, place, cell_id, customer_id from (
    select day, customer, cell_id, customer_id, row_number() over (partition by day, customer
      order by -ln(1 - random()) * (split_part(endpoint, '/', 4)::integer + 1)) as place
    from (select dense_rank() over (order by customer_id) - 1 as customer, c.*
        from usage_cell c
        where c.account_id = $1 and c.subscription_id is not null) as cells,
      generate_series(0, $2::integer - 1) as day
    where split_part(endpoint, '/', 4)::integer < $3::integer
  ) as drawn where place <= 10`;

/**
 * Adds calls to one local day, the oldest being 0. Each customer calls $5 times, the first $6 once
 * more: its nth endpoint in proportion to 1/n, at least once a quarter hour, in $4 quarter hours
 * (numbered from $3, so that a day that grows uses others than before) scattered over the day.
 * Binds: account, day, first quarter hour, quarter hours, calls, customers with one more, batch,
 * zone.
 */
export const ADD_DAY = `with said as (
    select (date_trunc('day', now() at time zone $8) - interval '1 day' - $2::integer
      * interval '1 day') at time zone $8 as day_start,
      f.fold_number from account_fence f where f.account_id = $1
  ), shares as (
    select e.*, $5::integer + (customer < $6::integer)::integer as day_calls,
      $4::integer + floor(($5::integer - 10 * $4::integer)
        * (1.0 / place) / 2.9289682539682538)::integer as share
    from chosen_endpoint e where day = $2
  ), endpoint_calls as (
    select *, case when place = 1 then
        share + day_calls - sum(share) over (partition by customer) else share end as wanted
    from shares
  ), added as (
    select cell_id, customer_id, bucket_start, c as calls, 0::bigint as refused,
      0::bigint as errors, c as units, c * 1000 as bytes, c - c / 3 as latency_9,
      nullif(c / 3, 0) as latency_11
    from endpoint_calls cross join said cross join lateral (
      select day_start + ((cell_id * 13 + $2 * 29 + nth * 37) % 96) * interval '15 minutes'
          as bucket_start,
        (wanted / $4 + (nth - $3 < wanted % $4)::integer)::bigint as c
      from generate_series($3::integer, $3::integer + $4::integer - 1) as nth
    ) as quarter
  ), rollups as (
    insert into rollup (account_id, bucket_start, cell_id, seal_number, ${LIST})
    select $1::uuid, bucket_start, cell_id, 1, ${LIST} from added order by 2, 3 returning 1
  ), cell_days as (
    insert into rollup_day as r (account_id, fold_number, day_start, cell_id, ${LIST})
    select $1::uuid, fold_number, day_start, cell_id, ${summed()}
    from added, said group by 2, 3, 4 order by 4
    on conflict (account_id, fold_number, day_start, cell_id) do update set ${added()}
  ), customer_days as (
    insert into rollup_customer_day as r
      (account_id, fold_number, day_start, customer_id, test, ${LIST})
    select $1::uuid, fold_number, day_start, customer_id, false, ${summed()}
    from added, said group by 2, 3, 4 order by 4
    on conflict (account_id, fold_number, day_start, customer_id, test) do update set ${added()}
  ), counters as (
    update counter k set consumed = k.consumed + t.calls from (
      select customer_id, sum(calls) as calls from added group by 1
    ) as t, said where k.account_id = $1 and k.customer_id = t.customer_id
      and said.day_start >= k.window_start and said.day_start < k.window_end
  ), batch as (
    insert into usage_batch (account_id, batch_id, content_sha256, items, counted_items, counted,
      duplicates, rejected)
    select $1::uuid, $7::uuid, '', 1, 1, sum(calls), 0, 0 from added
  )
  select count(*) as rollups from rollups`;

function summed(): string {
  return SUMS.map((name) => `sum(${name})::bigint`).join(", ");
}

function added(): string {
  return SUMS.map((name) => {
    return `${name} = coalesce(r.${name} + excluded.${name}, r.${name}, excluded.${name})`;
  }).join(", ");
}
