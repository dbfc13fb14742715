import { dayContaining, type Interval, interval } from "@tollbook/domain";

/** How far usage is folded into days: every bucket before `until` is in the rollup of its day. */
export interface FoldedDays {
  /** The zone the days are cut by. */
  readonly zone: string;
  readonly until: Date;
  /** Goes up when the days are made anew in another zone. */
  readonly number: number;
}

/** A range cut into what is read from day rollups and what from quarter hours. */
export interface UsagePieces {
  readonly days: readonly Interval[];
  readonly quarterHours: readonly Interval[];
}

/** No local day is as short; intervals up to this hold no whole day. */
const SHORTEST_DAY_MS = 20 * 3_600_000;

/**
 * Cuts intervals, oldest first, so that folded days are read as days and all else as quarter
 * hours. The day that is being folded counts as far as it is, if nothing cuts it before. Days never reach over the bounds of an interval, so each belongs to one of them.
 */
export function piecesOf(
  intervals: readonly Interval[],
  folded: FoldedDays | undefined,
): UsagePieces {
  const [days, quarterHours]: [Interval[], Interval[]] = [[], []];
  for (const span of intervals) {
    const whole = folded === undefined ? undefined : foldedDays(span, folded);
    if (whole === undefined) {
      append(quarterHours, span.start, span.end);
      continue;
    }
    append(quarterHours, span.start, whole.start);
    append(days, whole.start, whole.end);
    append(quarterHours, whole.end, span.end);
  }
  return { days, quarterHours };
}

function foldedDays({ start, end }: Interval, { zone, until }: FoldedDays): Interval | undefined {
  if (end.getTime() - start.getTime() < SHORTEST_DAY_MS) return undefined;
  const first = dayContaining(start, zone);
  const from = first.start.getTime() === start.getTime() ? start : first.end;
  const to = end.getTime() < until.getTime() ? dayContaining(end, zone).start : until;
  return from.getTime() < to.getTime() ? interval(from, to) : undefined;
}

/** Adds a span to a list whose last one it may touch. */
function append(spans: Interval[], start: Date, end: Date): void {
  if (start.getTime() >= end.getTime()) return;
  const last = spans.at(-1);
  if (last?.end.getTime() === start.getTime()) spans[spans.length - 1] = interval(last.start, end);
  else spans.push(interval(start, end));
}
