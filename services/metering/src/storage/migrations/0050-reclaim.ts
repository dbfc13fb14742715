import { sqlMigration } from "@tollbook/service/storage";
import { callersFunction } from "./0006-counting.ts";

/**
 * Units of vanished gates that were given to others. A lease keeps those of them that have not been
 * seen again: what comes back late is of these first, so that nothing becomes free twice. A counter
 * keeps all there ever were.
 */
export const reclaim = sqlMigration("0050-reclaim", [
  "alter table lease rename column reclaimed_total to reclaimed",
  "alter table counter add column reclaimed bigint not null default 0 check (reclaimed >= 0)",
  "drop function consume_usage(uuid, uuid[], uuid[], bigint[], uuid[], uuid[], bigint[])",
  // As before; `again` are units that somebody else was given meanwhile.
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
