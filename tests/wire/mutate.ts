import type { Random } from "../chaos/random.ts";

type Mutation = (bytes: Buffer, random: Random) => Buffer;

/** Bends bytes in one to four ways. */
export function mutated(bytes: Buffer, random: Random): Buffer {
  let bent = bytes;
  for (let left = random.between(1, 4); left > 0; left -= 1) {
    bent = random.pick(mutations)(bent, random);
  }
  return bent;
}

const mutations: readonly Mutation[] = [
  flipBits,
  overwrite,
  truncate,
  repeatPart,
  insertRandom,
  growNumber,
  nestDeeply,
  removePart,
];

/** Bytes that mean something to varints, lengths, tags or UTF-8. */
const TELLING = [0x00, 0x01, 0x7f, 0x80, 0xff, 0xc0, 0xed, 0x0a, 0x12, 0xfb, 0xfc];
const GROWN_MAX = 4_096;

function placeIn(bytes: Buffer, random: Random): number {
  return random.between(0, Math.max(0, bytes.length - 1));
}

function flipBits(bytes: Buffer, random: Random): Buffer {
  const bent = Buffer.from(bytes);
  for (let left = random.between(1, 8); left > 0 && bent.length > 0; left -= 1) {
    const at = placeIn(bent, random);
    bent.writeUInt8(bent.readUInt8(at) ^ (1 << random.between(0, 7)), at);
  }
  return bent;
}

function overwrite(bytes: Buffer, random: Random): Buffer {
  const bent = Buffer.from(bytes);
  const at = placeIn(bent, random);
  return bent.fill(random.pick(TELLING), at, Math.min(bent.length, at + random.between(1, 10)));
}

function truncate(bytes: Buffer, random: Random): Buffer {
  return bytes.subarray(0, placeIn(bytes, random));
}

function repeatPart(bytes: Buffer, random: Random): Buffer {
  const at = placeIn(bytes, random);
  const part = bytes.subarray(at, at + random.between(1, 64));
  const times = random.between(1, Math.max(1, Math.floor(GROWN_MAX / (part.length + 1))));
  return Buffer.concat([bytes.subarray(0, at), ...Array(times).fill(part), bytes.subarray(at)]);
}

function insertRandom(bytes: Buffer, random: Random): Buffer {
  const at = placeIn(bytes, random);
  const noise = Buffer.from(
    Array.from({ length: random.between(1, 200) }, () => random.between(0, 255)),
  );
  return Buffer.concat([bytes.subarray(0, at), noise, bytes.subarray(at)]);
}

/** A varint of ten bytes: the greatest numbers, and lengths that nothing has. */
function growNumber(bytes: Buffer, random: Random): Buffer {
  const at = placeIn(bytes, random);
  const huge = Buffer.from([...Array(9).fill(0xff), random.pick([0x01, 0x7f, 0xff])]);
  return Buffer.concat([bytes.subarray(0, at), huge, bytes.subarray(at + 1)]);
}

/** Groups in groups: what made decoders run out of stack. */
function nestDeeply(bytes: Buffer, random: Random): Buffer {
  const tag = random.pick([0x0b, 0x1b, 0x0a]);
  const nest = Buffer.alloc(random.between(100, GROWN_MAX), tag);
  return Buffer.concat([bytes, nest]);
}

function removePart(bytes: Buffer, random: Random): Buffer {
  const at = placeIn(bytes, random);
  return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + random.between(1, 16))]);
}
