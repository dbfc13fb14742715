import type { ImportedFilter } from "./key-record.ts";

/** Ten bits and seven hash functions let about 0.8 % of strangers through to the directory. */
const BITS_PER_KEY = 10;
const HASHES = 7;
/** A SHA-256 has room for eight numbers of 32 bits. */
const HASHES_MAX = 8;

/** Whether a key with this SHA-256 (hex) may have been imported: never wrong when it says no. */
export function mayBeImported(filter: ImportedFilter, keySha256: string): boolean {
  if (filter.bits.length === 0) return false;
  for (let which = 0; which < Math.min(filter.hashes, HASHES_MAX); which += 1) {
    const bit = bitOf(keySha256, which, filter.bits.length * 8);
    if (((filter.bits[bit >>> 3] ?? 0) & (1 << (bit & 7))) === 0) return false;
  }
  return true;
}

/** The filter over these SHA-256 (hex); of no keys, a filter that lets nothing through. */
export function makeImportedFilter(keySha256s: readonly string[]): ImportedFilter {
  const bits = new Uint8Array(Math.ceil((keySha256s.length * BITS_PER_KEY) / 8));
  for (const sha256 of keySha256s) {
    for (let which = 0; which < HASHES; which += 1) {
      const bit = bitOf(sha256, which, bits.length * 8);
      bits[bit >>> 3] = (bits[bit >>> 3] ?? 0) | (1 << (bit & 7));
    }
  }
  return { bits, hashes: HASHES };
}

function bitOf(sha256: string, which: number, bits: number): number {
  return Number.parseInt(sha256.slice(which * 8, which * 8 + 8), 16) % bits;
}
