/**
 * PostgreSQL arrays in the form it keeps them in, for what is written for each call: it reads them
 * several times faster than text, and so are they written. As binds their types must be told:
 * `$1::bigint[]`, or a function's own. The form is that of array_recv: dimensions, whether any value
 * is null, the type of the values, how many there are, the first one's number; then each value's
 * length and bytes, big-endian.
 */
export function bigintArray<T>(
  items: readonly T[],
  value: (item: T) => bigint | number | undefined,
): Buffer {
  return arrayBytes(items, value, { oid: 20, width: 8, write: writeBigint });
}

/** See `bigintArray`. */
export function integerArray<T>(items: readonly T[], value: (item: T) => number): Buffer {
  return arrayBytes(items, value, { oid: 23, width: 4, write: writeInteger });
}

/** See `bigintArray`. */
export function smallintArray<T>(items: readonly T[], value: (item: T) => number): Buffer {
  return arrayBytes(items, value, { oid: 21, width: 2, write: writeSmallint });
}

/** See `bigintArray`; ids must be written in lower case and with hyphens. */
export function uuidArray<T>(items: readonly T[], value: (item: T) => string | undefined): Buffer {
  return arrayBytes(items, value, { oid: 2_950, width: 16, write: writeUuid });
}

/** Of milliseconds since 1970; see `bigintArray`. Without what is smaller than a millisecond. */
export function timeArray<T>(items: readonly T[], value: (item: T) => number): Buffer {
  return arrayBytes(items, value, { oid: 1_184, width: 8, write: writeTime });
}

interface ElementType<Value> {
  /** In pg_type, where these never change. */
  readonly oid: number;
  /** Bytes of a value. */
  readonly width: number;
  write(bytes: DataView, at: number, value: Value): void;
}

const HEADER_BYTES = 20;
const LENGTH_BYTES = 4;

function arrayBytes<T, Value>(
  items: readonly T[],
  value: (item: T) => Value | undefined,
  { oid, width, write }: ElementType<Value>,
): Buffer {
  if (items.length === 0) return emptyArray(oid);
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + items.length * (LENGTH_BYTES + width));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let [at, hasNulls] = [HEADER_BYTES, 0];
  for (const item of items) {
    const one = value(item);
    view.setInt32(at, one === undefined ? -1 : width);
    at += LENGTH_BYTES;
    if (one === undefined) hasNulls = 1;
    else {
      write(view, at, one);
      at += width;
    }
  }
  writeHeader(view, [1, hasNulls, oid, items.length, 1]);
  return bytes.subarray(0, at);
}

/** One without dimensions. */
function emptyArray(oid: number): Buffer {
  const bytes = Buffer.alloc(3 * LENGTH_BYTES);
  writeHeader(new DataView(bytes.buffer, bytes.byteOffset), [0, 0, oid]);
  return bytes;
}

function writeHeader(bytes: DataView, numbers: readonly number[]): void {
  for (const [nth, number] of numbers.entries()) bytes.setInt32(nth * LENGTH_BYTES, number);
}

function writeBigint(bytes: DataView, at: number, value: bigint | number): void {
  if (typeof value === "bigint") bytes.setBigInt64(at, value);
  else writeWhole(bytes, at, value);
}

/** A whole number of up to 53 bits and its sign. */
function writeWhole(bytes: DataView, at: number, value: number): void {
  const high = Math.floor(value / 2 ** 32);
  bytes.setInt32(at, high);
  bytes.setUint32(at + 4, value - high * 2 ** 32);
}

function writeInteger(bytes: DataView, at: number, value: number): void {
  bytes.setInt32(at, value);
}

function writeSmallint(bytes: DataView, at: number, value: number): void {
  bytes.setInt16(at, value);
}

/** Where PostgreSQL's time begins, in milliseconds since 1970. */
const EPOCH_MS = Date.UTC(2000, 0, 1);

function writeTime(bytes: DataView, at: number, ms: number): void {
  writeWhole(bytes, at, (ms - EPOCH_MS) * 1_000);
}

/** Where the two digits of each byte stand. */
const DIGITS_AT = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34] as const;

function writeUuid(bytes: DataView, at: number, value: string): void {
  for (let nth = 0; nth < 16; nth += 1) {
    const digit = DIGITS_AT[nth] ?? 0;
    bytes.setUint8(at + nth, digitAt(value, digit) * 16 + digitAt(value, digit + 1));
  }
}

/** A hexadecimal digit: codes of letters are 64 and more, and count on from 9. */
function digitAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return (code & 15) + (code >> 6) * 9;
}
