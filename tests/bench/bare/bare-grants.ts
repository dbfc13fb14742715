import { newId } from "@tollbook/domain";
import type pg from "pg";
import { named } from "./bare-tables.ts";

/** Counters of a bare table that a writer grants on, all in one statement. */
export interface BareGrants {
  readonly accountId: string;
  readonly gateId: string;
  readonly counterIds: readonly string[];
}

const GRANT = `with granted as (
    update bare.counter c set leased = c.leased + 10
    where c.account_id = $1 and c.counter_id = any($2::uuid[]) returning c.counter_id
  )
  update bare.lease l set granted_total = l.granted_total + 10, expire_time = now() + interval '10 s'
  from granted g where l.account_id = $1 and l.counter_id = g.counter_id and l.gate_id = $3`;

/** Makes so many counters, each with a lease of one gate. */
export async function bareGrants(client: pg.Client, counters: number): Promise<BareGrants> {
  const [accountId, gateId] = [newId(), newId()];
  const counterIds = Array.from({ length: counters }, () => newId()).sort();
  await client.query(
    `insert into bare.counter (account_id, counter_id, customer_id, subject_id, meter_id,
       window_name, window_start, window_end, test)
     select $1, id, id, id, id, 'month', now(), now() + interval '1 month', false
     from unnest($2::uuid[]) as id`,
    [accountId, counterIds],
  );
  await client.query(
    `insert into bare.lease (account_id, counter_id, gate_id, granted_total, expire_time)
     select $1, id, $3, 10, now() + interval '10 s' from unnest($2::uuid[]) as id`,
    [accountId, counterIds, gateId],
  );
  return { accountId, gateId, counterIds };
}

/** Grants once on each counter. */
export async function grantBare(client: pg.Client, grants: BareGrants): Promise<number> {
  const { accountId, gateId, counterIds } = grants;
  await client.query(named(GRANT, [accountId, `{${counterIds.join(",")}}`, gateId]));
  return counterIds.length;
}
