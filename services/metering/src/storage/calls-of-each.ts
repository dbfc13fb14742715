import type { Interval } from "@tollbook/domain";
import type { Tx } from "@tollbook/service";
import type { SubjectSpan } from "../app/reconciliation-store.ts";
import type { PlaceSums } from "../domain/meter-rule.ts";
import { type FoldedDays, piecesOf } from "../domain/usage-pieces.ts";
import { arrayOf, timeText } from "./array-literal.ts";

interface Piece extends Interval {
  readonly nth: number;
}

interface SumsRow {
  nth: number;
  endpoint: string;
  method: string;
  status_class: number;
  calls: string;
  units: string;
}

/** Pieces of one statement, which may take ten seconds however slow the machine is. */
const PIECES_MAX = 250;

/** See ReconciliationStore.callsOfEach. */
export async function callsOfEach(
  tx: Tx,
  spans: readonly SubjectSpan[],
  folded: FoldedDays | undefined,
): Promise<PlaceSums[][]> {
  const [days, quarterHours]: [Piece[], Piece[]] = [[], []];
  spans.forEach((span, nth) => {
    const pieces = piecesOf([span], folded);
    days.push(...pieces.days.map((piece) => ({ ...piece, nth })));
    quarterHours.push(...pieces.quarterHours.map((piece) => ({ ...piece, nth })));
  });
  const sums: PlaceSums[][] = spans.map(() => []);
  const number = `and r.fold_number = ${folded?.number ?? 0}`;
  const parts: [Piece[], string][] = [
    [quarterHours, textOf("rollup", "bucket_start", "")],
    [days, textOf("rollup_day", "day_start", number)],
  ];
  for (const [pieces, text] of parts) {
    for (let from = 0; from < pieces.length; from += PIECES_MAX) {
      const some = pieces.slice(from, from + PIECES_MAX);
      for (const row of await tx.sql<SumsRow>(text, bindsOf(tx, spans, some))) {
        const bucketStart = spans[row.nth]?.start;
        if (bucketStart !== undefined) sums[row.nth]?.push(toSums(row, bucketStart));
      }
    }
  }
  return sums;
}

/**
 * Cell by cell, by the index on it: days come and go too fast for what PostgreSQL knows of them, and
 * a join over all spans at once may go wrong by hours. The outermost bounds are constants, so that
 * no partition outside of them is read.
 */
function textOf(table: string, time: string, condition: string): string {
  return `with own as materialized (
      select s.nth, s.span_start, s.span_end, c.cell_id, c.endpoint, c.method, c.status_class
      from unnest($2::integer[], $3::uuid[], $4::uuid[], $5::uuid[], $6::timestamptz[],
        $7::timestamptz[]) as s (nth, customer_id, subscription_id, key_id, span_start, span_end)
      join usage_cell c on c.account_id = $1 and c.customer_id = s.customer_id and not c.test
        and (s.subscription_id is null or c.subscription_id = s.subscription_id)
        and (s.key_id is null or c.key_id = s.key_id)
    )
    select nth, endpoint, method, status_class, total(r.calls) as calls, total(r.units) as units
    from own cross join lateral (
      select total(calls) as calls, total(units) as units from ${table} r
      where r.account_id = $1 and r.cell_id = own.cell_id ${condition}
        and r.${time} >= own.span_start and r.${time} < own.span_end
        and r.${time} >= $8 and r.${time} < $9
    ) r where r.calls is not null group by 1, 2, 3, 4`;
}

function bindsOf(tx: Tx, spans: readonly SubjectSpan[], pieces: readonly Piece[]): unknown[] {
  const subjects = pieces.map(({ nth }) => spans[nth]?.subject);
  return [
    tx.accountId,
    arrayOf(pieces, ({ nth }) => nth),
    subjects.map((subject) => subject?.customerId ?? null),
    subjects.map((subject) => subject?.subscriptionId ?? null),
    subjects.map((subject) => subject?.keyId ?? null),
    arrayOf(pieces, ({ start }) => timeText(start)),
    arrayOf(pieces, ({ end }) => timeText(end)),
    new Date(Math.min(...pieces.map(({ start }) => start.getTime()))),
    new Date(Math.max(...pieces.map(({ end }) => end.getTime()))),
  ];
}

function toSums(row: SumsRow, bucketStart: Date): PlaceSums {
  const { endpoint, method, status_class: statusClass } = row;
  return {
    endpoint,
    method,
    statusClass,
    bucketStart,
    calls: BigInt(row.calls),
    units: BigInt(row.units),
  };
}
