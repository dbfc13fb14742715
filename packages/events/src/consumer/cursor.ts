import type { Cursor } from "@tollbook/contracts/events/v1";
import type { Database } from "@tollbook/service";

/**
 * Where the consumer stands in a producer's outbox, as worker. Undefined, so that it reads from
 * the oldest row kept, at first and when it has come to listen for a type it did not before.
 */
export async function savedCursor(
  database: Database,
  consumer: string,
  producer: string,
  types: readonly string[],
): Promise<Cursor | undefined> {
  const [row] = await database.asWorker((tx) =>
    tx.sql<CursorRow>(
      `select epoch, after_xid::text, after_account_id, after_number from event_cursor
      where consumer = $1::text and producer = $2::text and types @> $3::text[]`,
      [consumer, producer, types],
    ),
  );
  if (row === undefined) return undefined;
  return {
    epoch: row.epoch,
    transactionId: BigInt(row.after_xid),
    accountId: row.after_account_id,
    number: BigInt(row.after_number),
  };
}

interface CursorRow {
  readonly epoch: string;
  readonly after_xid: string;
  readonly after_account_id: string;
  readonly after_number: string;
}

/**
 * Keeps the place, once everything before it is in the inbox or set aside. Two processes of one
 * consumer may set it back a page; what is read twice is heard once.
 */
export async function saveCursor(
  database: Database,
  consumer: string,
  producer: string,
  types: readonly string[],
  cursor: Cursor,
): Promise<void> {
  const { epoch, transactionId, accountId, number } = cursor;
  await database.asWorker((tx) =>
    tx.sql(SAVE, [consumer, producer, types, epoch, `${transactionId}`, accountId, `${number}`]),
  );
}

const SAVE = `
  insert into event_cursor
    (consumer, producer, types, epoch, after_xid, after_account_id, after_number)
  values ($1::text, $2::text, $3::text[], $4::text, $5::text::xid8, $6::uuid, $7::bigint)
  on conflict (consumer, producer) do update set
    types = excluded.types, epoch = excluded.epoch, after_xid = excluded.after_xid,
    after_account_id = excluded.after_account_id, after_number = excluded.after_number,
    saved_time = now()`;
