import type { Tx } from "@tollbook/service";
import type { RawEvent } from "../domain/raw-event.ts";
import { arrayOf } from "./array-literal.ts";

/**
 * See RawEventStore.add. One statement for all rows. Ids of counted events are new, as their
 * dedupe rows have just shown, so only samples pay for looking whether they are there.
 */
export async function addRawEvents(
  tx: Tx,
  events: readonly RawEvent[],
  sampled: boolean,
): Promise<void> {
  if (events.length === 0) return;
  const params = [
    ...[tx.accountId, sampled],
    // As numbers: writing a time as text costs more than all the rest of the row.
    arrayOf(events, ({ time }) => time.getTime()),
    arrayOf(events, ({ eventId }) => eventId),
    arrayOf(events, ({ cellId }) => cellId),
    arrayOf(events, ({ status }) => status),
    arrayOf(events, ({ refusal }) => refusal),
    arrayOf(events, ({ admission }) => admission),
    arrayOf(events, ({ latencyUs }) => latencyUs),
    arrayOf(events, ({ units }) => units),
    arrayOf(events, ({ requestBytes }) => requestBytes),
    arrayOf(events, ({ responseBytes }) => responseBytes),
  ];
  const properties = events.map((event) => textOf(event.properties));
  const told = properties.some((text) => text !== null);
  await tx.sql(insertText(told, sampled), told ? [...params, properties] : params);
}

/** Most events have no properties, and then keep nothing. */
function textOf(properties: RawEvent["properties"]): string | null {
  for (const _ in properties) return JSON.stringify(properties);
  return null;
}

function insertText(properties: boolean, sampled: boolean): string {
  const array = properties ? ", $13::jsonb[]" : "";
  const column = properties ? ", properties" : "";
  return `insert into usage_event (account_id, sample, event_time, event_id, cell_id, status,
      refusal, admission, latency_us, units, request_bytes, response_bytes${column})
    select $1::uuid, $2::boolean, to_timestamp(time_ms / 1000::double precision), event_id, cell_id,
      status, refusal, admission, latency_us, units, request_bytes, response_bytes${column}
    from unnest($3::bigint[], $4::uuid[], $5::integer[], $6::smallint[], $7::smallint[],
      $8::smallint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[]${array})
      as t (time_ms, event_id, cell_id, status, refusal, admission, latency_us, units,
        request_bytes, response_bytes${column})
    ${sampled ? "on conflict do nothing" : ""}`;
}
