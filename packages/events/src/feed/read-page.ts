import type { Database, Tx } from "@tollbook/service";
import type { HeardEvent } from "../event.ts";
import { currentEpoch, type Epoch } from "../outbox/epoch.ts";
import { EVENT_COLUMNS, type EventRow, eventOf } from "../outbox/event-row.ts";

/** A place in an outbox: everything up to and including it has been read. */
export interface Place {
  readonly epoch: string;
  readonly xid: bigint;
  readonly accountId: string;
  readonly number: bigint;
}

/** What is asked of an outbox. */
export interface PageRequest {
  readonly after: Place | undefined;
  /** All types if empty. */
  readonly types: readonly string[];
  readonly limit: number;
}

/** A page of an outbox, oldest first. */
export interface Page {
  readonly events: readonly HeardEvent[];
  readonly next: Place;
  readonly caughtUp: boolean;
  /** The place asked after is of another epoch, or past it rows are gone: this is from the start. */
  readonly resyncRequired: boolean;
}

/** Payload bytes of a page, so that it stays well below what a gRPC client takes (4 MiB). */
const PAGE_BYTES_MAX = 1024 * 1024;

/**
 * Events after a place, across accounts. Only rows of transactions below the snapshot's xmin are
 * given out: every transaction with a smaller id has ended, so no row can appear before the place
 * a reader has reached. (Numbers alone, or times, would skip what a slow transaction commits.)
 */
export async function readPage(database: Database, request: PageRequest): Promise<Page> {
  return database.asWorker(async (tx) => {
    const epoch = await currentEpoch(tx);
    const from = await startingPlace(tx, epoch, request.after);
    const { rows, xmin } = await readRows(tx, from, request);
    const fitting = withinBytes(rows);
    const caughtUp = fitting.length === rows.length && rows.length < request.limit;
    const last = fitting.at(-1);
    const next =
      last === undefined || caughtUp
        ? { epoch: epoch.epoch, ...justBelow(xmin) }
        : placeOf(epoch, last);
    const resyncRequired = request.after !== undefined && from === BEGINNING;
    return { events: fitting.map(eventOf), next, caughtUp, resyncRequired };
  });
}

interface FeedRow extends EventRow {
  readonly xid: string;
}

type From = Omit<Place, "epoch">;

const NIL = "00000000-0000-0000-0000-000000000000";
const BEGINNING: From = { xid: 0n, accountId: NIL, number: 0n };

/** After everything a reader could have read: the next row has at least this transaction id. */
function justBelow(xid: bigint): From {
  return { xid: xid - 1n, accountId: NIL.replaceAll("0", "f"), number: 2n ** 63n - 1n };
}

async function startingPlace(tx: Tx, epoch: Epoch, after: Place | undefined): Promise<From> {
  if (after === undefined || after.epoch !== epoch.epoch) return BEGINNING;
  if (after.xid < epoch.trimmedXid) return BEGINNING;
  const [row] = await tx.sql<{ future: boolean }>(
    "select $1::text::xid8 >= pg_snapshot_xmax(pg_current_snapshot()) as future",
    [`${after.xid}`],
  );
  return row?.future ? BEGINNING : after; // ahead of us: our database was set back
}

async function readRows(tx: Tx, from: From, { types, limit }: PageRequest) {
  const rows = await tx.sql<FeedRow & { xmin: string }>(PAGE, [
    `${from.xid}`,
    from.accountId,
    `${from.number}`,
    types.length === 0 ? null : types,
    limit,
  ]);
  const [first] = rows;
  if (first === undefined) throw new Error("the feed's query always gives a row");
  const read = first.event_id === null ? [] : rows;
  return { rows: read, xmin: BigInt(first.xmin) };
}

/** One row with nothing but xmin if there is no event; the snapshot is one for both parts. */
const PAGE = `
  select horizon.xmin::text as xmin, page.xid::text as xid, ${EVENT_COLUMNS}
  from (select pg_snapshot_xmin(pg_current_snapshot()) as xmin) as horizon
  left join lateral (
    select xid, ${EVENT_COLUMNS} from outbox
    where (xid, account_id, number) > ($1::text::xid8, $2::uuid, $3::bigint)
      and xid < horizon.xmin and ($4::text[] is null or type = any($4::text[]))
    order by xid, account_id, number limit $5::integer
  ) as page on true
  order by page.xid, account_id, number`;

function withinBytes(rows: readonly FeedRow[]): readonly FeedRow[] {
  let bytes = 0;
  const end = rows.findIndex((row, index) => {
    bytes += row.payload.length;
    return bytes > PAGE_BYTES_MAX && index > 0;
  });
  return end === -1 ? rows : rows.slice(0, end);
}

function placeOf({ epoch }: Epoch, row: FeedRow): Place {
  const { xid, account_id: accountId, number } = row;
  return { epoch, xid: BigInt(xid), accountId, number: BigInt(number) };
}
