import type { Database } from "@tollbook/service";
import type { WaitingAlerts } from "../app/needs.ts";
import type { Alert } from "../domain/alert.ts";
import { accountOf } from "./account-of.ts";
import { wakeWorkers } from "./wake.ts";

/** Alerts of one turn. */
const batch = 100;

/** As long as the news it waits for can still come: the producer's outbox keeps it 35 days. */
const keptDays = 36;

/** Alerts that wait to hear of their account or customer. */
export const waitingAlerts = (database: Database): WaitingAlerts => ({
  async add(tx, { eventId, about, occurredTime }) {
    const values = [accountOf(tx), eventId, about.kind, JSON.stringify(about), occurredTime];
    await tx.sql(add, values);
    await wakeWorkers(tx);
  },

  async claimDue() {
    const rows = await database.asWorker((tx) => tx.sql<AlertRow>(claimDue, [batch]));
    return rows.map(toAlert);
  },

  async take(tx, eventId, kind) {
    const taken = await tx.sql(
      `delete from unaddressed_alert
      where account_id = $1 and event_id = $2 and kind = $3 returning 1`,
      [accountOf(tx), eventId, kind],
    );
    return taken.length > 0;
  },

  async wake(tx) {
    const woken = await tx.sql(
      "update unaddressed_alert set next_attempt_time = now() where account_id = $1 returning 1",
      [accountOf(tx)],
    );
    if (woken.length > 0) await wakeWorkers(tx);
  },

  async dropHopeless() {
    const rows = await database.asWorker((tx) => tx.sql<AlertRow>(dropHopeless, [keptDays, batch]));
    return rows.map(toAlert);
  },
});

interface AlertRow {
  account_id: string;
  event_id: string;
  about: Alert["about"];
  occurred_time: Date;
}

function toAlert(row: AlertRow): Alert {
  const { account_id: accountId, event_id: eventId, about, occurred_time: occurredTime } = row;
  return { accountId, eventId, about, occurredTime };
}

const add = `
  insert into unaddressed_alert (account_id, event_id, kind, about, occurred_time)
  values ($1, $2, $3, $4::jsonb, $5)
  on conflict do nothing`;

/** Pauses of 1, 2, 4 … seconds up to a minute: the news itself wakes its account's alerts. */
const claimDue = `
  update unaddressed_alert set attempts = attempts + 1,
    next_attempt_time = now() + least(60, 2 ^ least(attempts, 6)) * interval '1 second'
  where (account_id, event_id, kind) in (
    select account_id, event_id, kind from unaddressed_alert
    where next_attempt_time <= now()
    order by next_attempt_time limit $1::integer for update skip locked
  )
  returning account_id, event_id, about, occurred_time`;

const dropHopeless = `
  delete from unaddressed_alert where (account_id, event_id, kind) in (
    select account_id, event_id, kind from unaddressed_alert
    where queued_time < now() - make_interval(days => $1::integer)
    limit $2::integer
  )
  returning account_id, event_id, about, occurred_time`;
