import { hash, randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";
import { DomainError } from "@tollbook/domain";

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** 22 characters of base 62 are 131 bits. */
const BODY_LENGTH = 22;
/** 62^6 > 2^32, so six characters hold any CRC-32. */
const CHECKSUM_LENGTH = 6;
/** Longer than any key of ours or anyone's; a bound on what is hashed. */
const KEY_LENGTH_MAX = 256;
const SHAPE = /^tb_(live|test)_(?:([a-z0-9]{1,16})_)?([0-9A-Za-z]{22,})_([0-9A-Za-z]{6})$/;
const OWNER_PREFIX = /^[a-z0-9]{1,16}$/;

/** A new customer key: shown once; what is stored comes from its hash. */
export interface MadeKey {
  readonly key: string;
  /** SHA-256 of the key, 64 hex digits. */
  readonly sha256: string;
  readonly lastFour: string;
}

/** What can be read from a key without asking anyone. */
export interface ParsedKey {
  readonly test: boolean;
  /** The owner's own prefix, if the key has one. */
  readonly ownerPrefix?: string | undefined;
}

/**
 * Makes `tb_live_<22 base 62>_<CRC-32>`, `tb_test_…` for a test key, with the owner's prefix
 * (1 to 16 of a-z and 0-9) before the random part if given. Throws an "invalid" DomainError
 * KEY_PREFIX_MALFORMED.
 */
export function makeKey(options: { test: boolean; ownerPrefix?: string | undefined }): MadeKey {
  const { ownerPrefix } = options;
  if (ownerPrefix !== undefined && !OWNER_PREFIX.test(ownerPrefix)) {
    const sentence = "A key prefix is 1 to 16 of the characters a-z and 0-9.";
    throw new DomainError("invalid", "KEY_PREFIX_MALFORMED", sentence, { ownerPrefix });
  }
  const prefix = ownerPrefix === undefined ? "" : `${ownerPrefix}_`;
  const head = `tb_${options.test ? "test" : "live"}_${prefix}${randomBase62(BODY_LENGTH)}`;
  const key = `${head}_${checksum(head)}`;
  return { key, sha256: hashKey(key), lastFour: key.slice(-4) };
}

/** Reads a key of ours; undefined if its shape or its checksum is wrong. */
export function parseKey(key: string): ParsedKey | undefined {
  if (key.length > KEY_LENGTH_MAX) return undefined;
  const parts = SHAPE.exec(key);
  if (parts === null) return undefined;
  if (checksum(key.slice(0, -CHECKSUM_LENGTH - 1)) !== parts[4]) return undefined;
  return { test: parts[1] === "test", ownerPrefix: parts[2] };
}

/** SHA-256 of a key as it was presented: 64 hex digits. */
export function hashKey(key: string): string {
  return hash("sha256", key, "hex");
}

/** Whether a key claims to be one of ours; if `parseKey` then refuses it, it is a wrong one. */
export function isOurs(key: string): boolean {
  return key.startsWith("tb_live_") || key.startsWith("tb_test_");
}

/** Whether something presented could be a key of any system: not empty, not endless. */
export function isPresentable(key: string): boolean {
  return key.length > 0 && key.length <= KEY_LENGTH_MAX;
}

function checksum(head: string): string {
  let rest = crc32(head);
  let digits = "";
  for (let place = 0; place < CHECKSUM_LENGTH; place += 1) {
    digits = ALPHABET.charAt(rest % 62) + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}

function randomBase62(length: number): string {
  let text = "";
  while (text.length < length) {
    for (const byte of randomBytes(length)) {
      // 248 = 4 × 62: greater bytes would make some characters likelier than others.
      if (byte < 248 && text.length < length) text += ALPHABET.charAt(byte % 62);
    }
  }
  return text;
}
