import type { Interval } from "@tollbook/domain";
import type { Tx } from "@tollbook/service";
import type { EventQuestion, LoggedEvent, RawEventStore } from "../app/raw-event-store.ts";
import type { UsageFilter } from "../app/usage-query-store.ts";
import { Binds } from "./binds.ts";
import { cellFilter } from "./cell-filter.ts";
import { addRawEvents } from "./raw-events.ts";

/** See RawEventStore. */
export function rawEventStore(tx: Tx): RawEventStore {
  return {
    add: (events, sampled) => addRawEvents(tx, events, sampled),
    list: (question) => list(tx, question),
    usedQuarterHours: (filter, span) => usedQuarterHours(tx, filter, span),
  };
}

/** In each span the key is read backwards, and no further than the page needs. */
async function list(tx: Tx, { filter, spans, after, count }: EventQuestion) {
  const binds = new Binds(tx.accountId);
  const starts = binds.add(spans.map(({ start }) => start));
  const ends = binds.add(spans.map(({ end }) => end));
  const limit = binds.add(count);
  const newestFirst = "event_time desc, event_id desc, sample desc limit";
  const place = after && [new Date(after.timeMs), after.eventId, after.sample];
  const isAfter = place
    ? `and (e.event_time, e.event_id, e.sample) < (${place.map((part) => binds.add(part)).join(", ")})`
    : "";
  const text = `select found.* from unnest(${starts}::timestamptz[], ${ends}::timestamptz[])
      as span (starts, ends)
    cross join lateral (
      select e.event_time, e.event_id, e.sample, e.status, e.refusal, e.admission, e.latency_us,
        e.units, e.request_bytes, e.response_bytes, e.properties,
        c.customer_id, c.key_id, c.endpoint, c.method
      from usage_event e join usage_cell c on c.account_id = $1 and c.cell_id = e.cell_id
      where e.account_id = $1 and e.event_time >= span.starts and e.event_time < span.ends
        ${isAfter} and ${cellFilter(filter, binds)}
      order by e.${newestFirst.replaceAll(", ", ", e.")} ${limit}
    ) as found
    order by ${newestFirst} ${limit}`;
  return (await tx.sql<EventRow>(text, binds.values)).map(toEvent);
}

interface EventRow {
  event_time: Date;
  event_id: string;
  sample: boolean;
  status: number;
  refusal: number;
  admission: number;
  latency_us: string | null;
  units: string;
  request_bytes: string;
  response_bytes: string;
  properties: Record<string, string> | null;
  customer_id: string;
  key_id: string | null;
  endpoint: string;
  method: string;
}

function toEvent(row: EventRow): LoggedEvent {
  const { sample, status, refusal, admission, endpoint, method } = row;
  return {
    ...{ sample, status, refusal, admission, endpoint, method },
    eventId: row.event_id,
    time: row.event_time,
    latencyUs: row.latency_us === null ? undefined : Number(row.latency_us),
    units: BigInt(row.units),
    requestBytes: BigInt(row.request_bytes),
    responseBytes: BigInt(row.response_bytes),
    properties: row.properties ?? {},
    customerId: row.customer_id,
    keyId: row.key_id ?? undefined,
  };
}

/** The quarter hour that the span begins in belongs to it. */
async function usedQuarterHours(tx: Tx, filter: UsageFilter, { start, end }: Interval) {
  const binds = new Binds(tx.accountId);
  const text = `select distinct r.bucket_start from rollup r
    join usage_cell c on c.account_id = $1 and c.cell_id = r.cell_id
    where r.account_id = $1 and r.bucket_start > ${binds.add(start)}::timestamptz
        - interval '15 minutes'
      and r.bucket_start < ${binds.add(end)} and ${cellFilter(filter, binds)}
    order by r.bucket_start desc`;
  const rows = await tx.sql<{ bucket_start: Date }>(text, binds.values);
  return rows.map((row) => row.bucket_start);
}
