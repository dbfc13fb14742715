import type { Tx } from "@tollbook/service";
import type { RawEvent } from "../domain/raw-event.ts";
import { bigintArray, integerArray, smallintArray, timeArray, uuidArray } from "./array-bytes.ts";

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
    timeArray(events, ({ timeMs }) => timeMs),
    uuidArray(events, ({ eventId }) => eventId),
    integerArray(events, ({ cellId }) => cellId),
    smallintArray(events, ({ status }) => status),
    smallintArray(events, ({ refusal }) => refusal),
    smallintArray(events, ({ admission }) => admission),
    bigintArray(events, ({ latencyUs }) => latencyUs),
    bigintArray(events, ({ units }) => units),
    bigintArray(events, ({ requestBytes }) => requestBytes),
    bigintArray(events, ({ responseBytes }) => responseBytes),
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
    select $1::uuid, $2::boolean, event_time, event_id, cell_id, status, refusal, admission, latency_us, units, request_bytes, response_bytes${column}
    from unnest($3::timestamptz[], $4::uuid[], $5::integer[], $6::smallint[], $7::smallint[],
      $8::smallint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[]${array})
      as t (event_time, event_id, cell_id, status, refusal, admission, latency_us, units,
        request_bytes, response_bytes${column})
    ${sampled ? "on conflict do nothing" : ""}`;
}
