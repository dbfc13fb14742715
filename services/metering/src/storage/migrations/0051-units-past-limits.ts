import { sqlMigration } from "@tollbook/service/storage";
import { callersFunction } from "./0006-counting.ts";

/**
 * What operators are shown of limits: `late_units` came back of units that somebody else had been
 * given, and few counters have stranded units to be added up.
 */
export const unitsPastLimits = sqlMigration("0051-units-past-limits", [
  "create index counter_stranded on counter (window_end) where stranded > 0",
  "drop function consume_usage(uuid, uuid[], uuid[], bigint[], uuid[], uuid[], bigint[])",
  ...callersFunction(
    `consume_usage(p_account uuid, p_all uuid[], p_counters uuid[], p_units bigint[],
      p_released uuid[], p_gates uuid[], p_released_units bigint[])`,
    "table (counter uuid, consumed_after bigint, late_units bigint)",
    `begin
      if cardinality(p_all) > 1 or cardinality(p_released) > 0 then
        perform 1 from counter c where c.account_id = p_account and c.counter_id = any(p_all)
          order by c.counter_id for update;
      end if;
      return query with freed as materialized (
        select l.counter_id, l.gate_id, l.stranded_time is not null as was_stranded,
          least(t.units, l.reclaimed) as again,
          least(t.units - least(t.units, l.reclaimed),
            l.granted_total - l.returned_total - l.released_total - l.reclaimed) as units
        from unnest(p_released, p_gates, p_released_units) as t (counter_id, gate_id, units)
        join lease l on l.account_id = p_account
          and l.counter_id = t.counter_id and l.gate_id = t.gate_id
      ), released as (
        update lease l set released_total = l.released_total + f.again + f.units,
          reclaimed = l.reclaimed - f.again
        from freed f where l.account_id = p_account and l.counter_id = f.counter_id
          and l.gate_id = f.gate_id and f.again + f.units > 0
      ), change as (
        select part.counter_id, sum(part.consumed) as consumed, sum(part.leased) as leased,
          sum(part.stranded) as stranded, sum(part.late) as late
        from (
          select t.counter_id, t.units as consumed, 0 as leased, 0 as stranded, 0 as late
          from unnest(p_counters, p_units) as t (counter_id, units)
          union all
          select f.counter_id, 0, case when f.was_stranded then 0 else f.units end,
            case when f.was_stranded then f.units else 0 end, f.again
          from freed f
        ) as part group by part.counter_id
      )
      update counter c set consumed = c.consumed + change.consumed,
        leased = c.leased - change.leased, stranded = c.stranded - change.stranded
      from change where c.account_id = p_account and c.counter_id = change.counter_id
      returning c.counter_id, c.consumed, change.late::bigint;
    end`,
  ),
]);
