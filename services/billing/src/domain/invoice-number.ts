import { DomainError, financialYear } from "@tollbook/domain";

/** India: a number has at most 16 characters and runs without a gap within a financial year. */
const NUMBER_LENGTH_MAX = 16;

/** `INV/26-27/000001` has just 16. */
const SEQUENCE_DIGITS = 6;

/** A run of numbers: one for each series and financial year of an account. */
export interface NumberSeries {
  readonly series: string;
  /** "26-27", by the date of the invoice on Indian clocks. */
  readonly financialYear: string;
}

export function seriesOf(series: string, invoiceTime: Date): NumberSeries {
  return { series, financialYear: financialYear(invoiceTime).label };
}

/** The number as it is printed. A series that has run out is refused: numbers never repeat. */
export function invoiceNumber({ series, financialYear }: NumberSeries, sequence: bigint): string {
  const digits = sequence.toString().padStart(SEQUENCE_DIGITS, "0");
  const number = `${series}/${financialYear}/${digits}`;
  if (number.length <= NUMBER_LENGTH_MAX) return number;
  throw new DomainError(
    "failed-precondition",
    "NUMBER_SERIES_FULL",
    `The invoice series ${series} has no number left for ${financialYear}; choose a shorter one.`,
    { series, financialYear },
  );
}
