/** A day of customers as it stands, and what was proved of it. */
export interface FoldedDay {
  readonly start: Date;
  /** Where the next one begins, or how far days are folded. */
  readonly end: Date;
  /** Calls and refused calls. */
  readonly calls: bigint;
  /** What its customers' days add up to, figure by figure. */
  readonly figures: string;
  /** The same of its cells' days, while usage may still come for it; undefined later. */
  readonly cellFigures: string | undefined;
  /** Rows of its cells, about. */
  readonly rows: number;
  /** Its figures when it was proved last, and when that was. */
  readonly provedFigures: string | undefined;
  readonly provedTime: Date | undefined;
}

/** Starts of days whose rows do not agree. */
export interface WrongDays {
  /** Cells with their quarter hours. */
  readonly cells: readonly Date[];
  /** Customers with their cells. */
  readonly customers: readonly Date[];
}

/** Whether a day is as it was when it was proved. */
export function isAsProved({ figures, cellFigures, provedFigures }: FoldedDay): boolean {
  return figures === provedFigures && (cellFigures === undefined || cellFigures === provedFigures);
}

/** Rows of cells proved at once: a statement may take ten seconds, and each is of many quarter hours. */
const ROWS_MAX = 20_000;

/** Days to prove, in parts that are proved at once each: those that changed, then the longest ago. */
export function partsToProve(days: readonly FoldedDay[]): {
  readonly changed: readonly (readonly FoldedDay[])[];
  readonly again: readonly (readonly FoldedDay[])[];
} {
  const same = days.filter(isAsProved);
  same.sort((one, other) => timeOf(one) - timeOf(other));
  return { changed: parts(days.filter((day) => !isAsProved(day))), again: parts(same) };
}

function timeOf({ provedTime }: FoldedDay): number {
  return provedTime?.getTime() ?? 0;
}

function parts(days: readonly FoldedDay[]): FoldedDay[][] {
  const made: FoldedDay[][] = [];
  let room = 0;
  for (const day of days) {
    if (made.length === 0 || day.rows > room) {
      made.push([]);
      room = ROWS_MAX;
    }
    made.at(-1)?.push(day);
    room -= day.rows;
  }
  return made;
}
