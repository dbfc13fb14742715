/** Longer texts rarely come twice. */
const LENGTH_MAX = 64;
const SLOTS = 4_096;

/** The hash of the text that came last to each slot, and that text once it came twice. */
const hashes = new Int32Array(SLOTS);
const texts: string[] = Array<string>(SLOTS).fill("");

/**
 * The text of bytes in ASCII, undefined for others and for long ones. The same bytes again mostly
 * give the same string: keys and endpoints are few beside the calls that name them, and a string
 * that is there already need not be made, hashed and cleared away. Ids that come once stay out.
 */
export function knownText(bytes: Buffer, start: number, end: number): string | undefined {
  const length = end - start;
  if (length > LENGTH_MAX) return undefined;
  let [hash, bits] = [length, 0];
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] as number;
    hash = Math.imul(hash ^ byte, FNV_PRIME);
    bits |= byte;
  }
  if (bits > ASCII_MAX) return undefined;
  const slot = (hash ^ (hash >>> 16)) & (SLOTS - 1);
  const isFirst = hashes[slot] !== hash;
  hashes[slot] = hash;
  if (isFirst) return bytes.toString("latin1", start, end);
  const known = texts[slot] as string;
  if (isAt(bytes, start, length, known)) return known;
  const text = bytes.toString("latin1", start, end);
  texts[slot] = text;
  return text;
}

const ASCII_MAX = 0x7f;
/** FNV-1a's, http://www.isthe.com/chongo/tech/comp/fnv/. */
const FNV_PRIME = 16_777_619;

function isAt(bytes: Buffer, start: number, length: number, text: string): boolean {
  if (text.length !== length) return false;
  for (let at = 0; at < length; at += 1) {
    if (bytes[start + at] !== text.charCodeAt(at)) return false;
  }
  return true;
}
