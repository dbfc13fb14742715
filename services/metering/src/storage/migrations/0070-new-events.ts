import { sqlMigration } from "@tollbook/service/storage";
import { callersFunction } from "./0006-counting.ts";

/**
 * Events that nobody sent before cost half of what others do: without "on conflict", a row is
 * written in one step. If one was there, or is here twice, the statement fails (23505). `p_gate`
 * is the gate of all of them, `p_gates` that of each if they differ. Says whether the hold of one
 * of them was released before; few accounts have such events.
 */
export const newEvents = sqlMigration(
  "0070-new-events",
  callersFunction(
    `add_new_events(p_account uuid, p_events uuid[], p_hashes bigint[], p_gate uuid,
      p_gates uuid[])`,
    "boolean",
    `begin
      if p_gates is null then
        insert into seen_event (account_id, event_id, gate_id, item_hash)
          select p_account, t.event_id, p_gate, t.item_hash
          from unnest(p_events, p_hashes) as t (event_id, item_hash);
        if p_gate is null then
          return false;
        end if;
      else
        insert into seen_event (account_id, event_id, gate_id, item_hash)
          select p_account, * from unnest(p_events, p_gates, p_hashes);
      end if;
      if not exists (select from seen_hold h where h.account_id = p_account) then
        return false;
      end if;
      return exists (select from seen_hold h
        where h.account_id = p_account and h.event_id = any(p_events));
    end`,
  ),
);
