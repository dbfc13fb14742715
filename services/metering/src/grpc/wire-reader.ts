import { BinaryReader } from "@bufbuild/protobuf/wire";
import { knownText } from "./known-texts.ts";

/** Reads one field into what is being read; a field's value begins where the reader stands. */
export type ReadField<Into> = (into: Into, wire: WireReader) => void;

/** How each field of a message is read, by its tag: number and wire type. */
export type Fields<Into> = readonly (ReadField<Into> | undefined)[];

/** Fields by their tags; see `lengthy` and `varint`. */
export function fieldsOf<Into>(byTag: readonly (readonly [number, ReadField<Into>])[]) {
  const fields: (ReadField<Into> | undefined)[] = [];
  const tagMax = Math.max(...byTag.map(([tag]) => tag));
  for (let tag = 0; tag <= tagMax; tag += 1) fields.push(undefined);
  for (const [tag, read] of byTag) fields[tag] = read;
  return fields;
}

/** The tag of a field that begins with its length: text, bytes, a message. */
export function lengthy(field: number): number {
  return field * 8 + 2;
}

/** The tag of a field that is one number, as a varint. */
export function varint(field: number): number {
  return field * 8;
}

/** Small numbers, so that they need not be made each time. */
const SMALL_MAX = 2 ** 14;
const SMALL = Array.from({ length: SMALL_MAX }, (_, value) => BigInt(value));

/** As generated code reads text: what is no UTF-8 becomes U+FFFD, and U+FEFF stays. */
const UTF_8 = new TextDecoder("utf-8", { ignoreBOM: true });

const SECONDS = varint(1);
const NANOS = varint(2);

/**
 * Reads protobuf messages of which there are thousands in a request, straight into what they become.
 * Says the same as the generated code, but makes no objects in between, and throws where that code
 * forgives: a message that is longer than its length, and a tag that no field can have. All methods
 * throw an Error when the bytes are none of that.
 */
export class WireReader extends BinaryReader {
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    super(bytes);
    this.#bytes = bytes;
  }

  /** Reads a message that begins with its length. */
  message<Into>(fields: Fields<Into>, into: Into): void {
    const length = this.uint32();
    this.fields(fields, into, this.pos + length);
  }

  /** Reads fields up to an end, which must be the end of one; later ones win. */
  fields<Into>(fields: Fields<Into>, into: Into, end: number): void {
    if (end > this.len) throw new RangeError("a message ends behind the end of its request");
    while (this.pos < end) {
      const tag = this.uint32();
      const read = tag < fields.length ? fields[tag] : undefined;
      if (read === undefined) this.#skip(tag);
      else read(into, this);
    }
    if (this.pos !== end) throw new RangeError("a field ends behind the end of its message");
  }

  text(): string {
    const length = this.uint32();
    const start = this.pos;
    const end = start + length;
    if (end > this.len) throw new RangeError("a text ends behind the end of its request");
    this.pos = end;
    const known = knownText(this.#bytes, start, end);
    return known ?? UTF_8.decode(this.#bytes.subarray(start, end));
  }

  unsigned64(): bigint {
    const start = this.pos;
    const low = this.#bytes[start] ?? 0;
    const high = this.#bytes[start + 1] ?? 0;
    const length = low < 128 ? 1 : 2;
    // Two bytes of seven bits.
    const isSmall = start + length <= this.len && (length === 1 || high < 128);
    if (!isSmall) return this.uint64() as bigint;
    this.pos = start + length;
    return SMALL[length === 1 ? low : low - 128 + high * 128] as bigint;
  }

  /** A `google.protobuf.Timestamp` in milliseconds since 1970, cut to whole ones. */
  timestampMs(): number {
    const length = this.uint32();
    const end = this.pos + length;
    let [seconds, nanos] = [0, 0];
    while (this.pos < end) {
      const tag = this.uint32();
      if (tag === SECONDS) seconds = Number(this.int64() as bigint);
      else if (tag === NANOS) nanos = this.int32();
      else this.#skip(tag);
    }
    if (this.pos !== end) throw new RangeError("a field ends behind the end of its time");
    return wholeMs(seconds * 1_000 + nanos / 1_000_000);
  }

  /** A field that nobody here knows. */
  #skip(tag: number): void {
    if (tag < 8) throw new RangeError("a field has no number");
    this.skip(tag & 7, tag >>> 3);
  }
}

/** The largest time a Date can have, either way. */
const TIME_MAX_MS = 8.64e15;

/** As a Date would have it: cut to whole ones, NaN if it is no time, and never minus zero. */
function wholeMs(ms: number): number {
  return Math.abs(ms) <= TIME_MAX_MS ? Math.trunc(ms) + 0 : Number.NaN;
}
