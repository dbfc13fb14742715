import { sqlMigration, tableSecurity } from "@tollbook/service/storage";

/**
 * Days that were proved: what their customers' days added up to when each cell of them was what its
 * quarter hours add up to, and when that was.
 */
export const provedDays = sqlMigration("0081-proved-days", [
  `create table proved_day (
    account_id uuid not null,
    fold_number integer not null,
    day_start timestamptz not null,
    figures text not null,
    cell_rows integer not null,
    proved_time timestamptz not null,
    primary key (account_id, fold_number, day_start)
  )`,
  ...tableSecurity("metering", "proved_day"),
]);
