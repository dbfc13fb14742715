import xxhash from "xxhash-wasm";

/**
 * XXH64: as fast as a hash can be, well spread, and no secret. Whoever looks for two texts of the
 * same hash finds them; use it only where that harms nobody but the seeker.
 */
const { h64, h64Raw } = await xxhash();

/** 64 bits over a text, as PostgreSQL's bigint has them. */
export function textHash(text: string): bigint {
  return BigInt.asIntN(64, h64(text));
}

/** 64 bits over bytes. */
export function bytesHash(bytes: Uint8Array): bigint {
  return BigInt.asIntN(64, h64Raw(bytes));
}
