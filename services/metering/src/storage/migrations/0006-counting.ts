import { sqlMigration, tableSecurity } from "@tollbook/service/storage";

/** A function that runs with its caller's rights, under row-level security, in one trip. */
export function callersFunction(signature: string, returns: string, body: string): string[] {
  const name = signature.slice(0, signature.indexOf("("));
  return [
    `create function ${signature} returns ${returns} language plpgsql
      set search_path = public, pg_temp as $$ ${body} $$`,
    `revoke all on function ${name} from public`,
    `grant execute on function ${name} to metering_app`,
  ];
}

/**
 * What counting a batch does, in as few trips as the order of locks allows. `account_fence` is
 * shared by ingest, and taken alone by what changes for a whole account: its meters, and the day
 * up to which day rollups are made.
 */
export const counting = sqlMigration("0006-counting", [
  `create table account_fence (
    account_id uuid not null primary key,
    meters_version bigint not null default 0,
    folded_until timestamptz not null default '-infinity'
  )`,
  ...tableSecurity("metering", "account_fence"),
  // Remembers events. Only if rows are missing is it asked which were there: those that another
  // transaction wrote. Holds are looked up if there are any.
  ...callersFunction(
    "add_seen(p_account uuid, p_events uuid[], p_gates uuid[], p_hashes bigint[], p_holding boolean)",
    "table (complete boolean, before uuid[], released_events uuid[], released_gates uuid[])",
    `declare added bigint;
    begin
      insert into seen_event (account_id, event_id, gate_id, item_hash)
        select p_account, * from unnest(p_events, p_gates, p_hashes) on conflict do nothing;
      get diagnostics added = row_count;
      complete := added = cardinality(p_events);
      if not complete then
        select array_agg(s.event_id) into before from seen_event s
          where s.account_id = p_account and s.event_id = any(p_events)
            and s.xmin <> pg_current_xact_id()::xid;
      end if;
      if p_holding then
        select array_agg(h.event_id), array_agg(h.gate_id) into released_events, released_gates
          from seen_hold h where h.account_id = p_account and h.event_id = any(p_events);
      end if;
      return next;
    end`,
  ),
  // Shares what usage was worked out from; gives the customers of which something changed, and
  // what stands for the whole account.
  ...callersFunction(
    `share_books(p_account uuid, p_customers uuid[], p_fences bigint[], p_owners uuid[],
      p_subscriptions uuid[], p_starts timestamptz[], p_period_fences bigint[], p_seals integer[])`,
    "table (changed uuid[], meters_version bigint, folded_until timestamptz)",
    `declare changed_owners uuid[];
    begin
      if cardinality(p_customers) > 0 then
        with locked as materialized (
          select c.customer_id, c.fence from customer c
          where c.account_id = p_account and c.customer_id = any(p_customers)
          order by c.customer_id for share
        )
        select array_agg(t.customer_id) into changed
        from unnest(p_customers, p_fences) as t (customer_id, fence)
        left join locked l on l.customer_id = t.customer_id
        where l.fence is distinct from t.fence;
      end if;
      if cardinality(p_owners) > 0 then
        with locked as materialized (
          select p.subscription_id, p.period_start, p.fence, p.seal_number from billing_period p
          where p.account_id = p_account and p.subscription_id = any(p_subscriptions)
            and p.period_start = any(p_starts)
          order by p.subscription_id, p.period_start for share
        )
        select array_agg(t.owner) into changed_owners
        from unnest(p_owners, p_subscriptions, p_starts, p_period_fences, p_seals)
          as t (owner, subscription_id, period_start, fence, seal_number)
        left join locked l
          on l.subscription_id = t.subscription_id and l.period_start = t.period_start
        where l.fence is distinct from t.fence or l.seal_number is distinct from t.seal_number;
      end if;
      changed := array_cat(changed, changed_owners);
      loop
        select f.meters_version, f.folded_until into meters_version, folded_until
          from account_fence f where f.account_id = p_account for share;
        exit when found;
        insert into account_fence (account_id) values (p_account) on conflict do nothing;
      end loop;
      return next;
    end`,
  ),
  // Counters are locked sorted, by a statement of their own; the next one sees everything that
  // happened to them and their leases before, and changes both at once.
  ...callersFunction(
    `consume_usage(p_account uuid, p_all uuid[], p_counters uuid[], p_units bigint[],
      p_released uuid[], p_gates uuid[], p_released_units bigint[])`,
    "table (counter uuid, consumed_after bigint)",
    `begin
      if cardinality(p_all) > 1 or cardinality(p_released) > 0 then
        perform 1 from counter c where c.account_id = p_account and c.counter_id = any(p_all)
          order by c.counter_id for update;
      end if;
      return query with freed as materialized (
        select l.counter_id, l.gate_id, l.stranded_time is not null as was_stranded,
          least(t.units, l.granted_total - l.returned_total - l.released_total - l.reclaimed_total)
            as units
        from unnest(p_released, p_gates, p_released_units) as t (counter_id, gate_id, units)
        join lease l on l.account_id = p_account
          and l.counter_id = t.counter_id and l.gate_id = t.gate_id
      ), released as (
        update lease l set released_total = l.released_total + f.units from freed f
        where l.account_id = p_account and l.counter_id = f.counter_id
          and l.gate_id = f.gate_id and f.units > 0
      ), change as (
        select part.counter_id, sum(part.consumed) as consumed, sum(part.leased) as leased,
          sum(part.stranded) as stranded
        from (
          select t.counter_id, t.units as consumed, 0 as leased, 0 as stranded
          from unnest(p_counters, p_units) as t (counter_id, units)
          union all
          select f.counter_id, 0, case when f.was_stranded then 0 else f.units end,
            case when f.was_stranded then f.units else 0 end
          from freed f
        ) as part group by part.counter_id
      )
      update counter c set consumed = c.consumed + change.consumed,
        leased = c.leased - change.leased, stranded = c.stranded - change.stranded
      from change where c.account_id = p_account and c.counter_id = change.counter_id
      returning c.counter_id, c.consumed;
    end`,
  ),
]);
