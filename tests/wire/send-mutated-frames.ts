import { gzipSync } from "node:zlib";
import type { Random } from "../chaos/random.ts";
import { type BaseFrame, baseFrames } from "./base-frames.ts";
import { FrameSender, type Outcome, sendRaw } from "./frame-sender.ts";
import { mutated } from "./mutate.ts";
import { rawCall } from "./raw-call.ts";

/** Whom to send to, and as whom. */
export interface Target {
  readonly port: number;
  readonly rootKey: string;
  readonly keyId: string;
}

/** Connections at once; each has one call under way. */
const SENDERS = 24;
/** Some are bent below gRPC: the bytes of HTTP/2 themselves. */
const RAW_SHARE = 0.1;

/** Sends so many bent frames; how often each outcome came. `random` decides all of them. */
export async function sendMutatedFrames(
  { port, rootKey, keyId }: Target,
  frames: number,
  random: Random,
): Promise<Map<Outcome, number>> {
  const bases = baseFrames(keyId);
  const outcomes = new Map<Outcome, number>();
  let left = frames;
  const work = async (sender: FrameSender, own: Random) => {
    while (left > 0) {
      left -= 1;
      const base = own.pick(bases);
      const outcome = own.chance(RAW_SHARE)
        ? await sendRaw(port, bentBelow(base, rootKey, own))
        : await sendBent(sender, base, own);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    sender.close();
  };
  const senders = Array.from({ length: SENDERS }, (_, nth) => {
    return work(new FrameSender(port, rootKey), random.fork(`sender ${nth}`));
  });
  await Promise.all(senders);
  return outcomes;
}

/** The message is bent, or the five bytes before it, or it is said to be compressed. */
function sendBent(sender: FrameSender, { path, message }: BaseFrame, random: Random) {
  const kind = random.between(1, 10);
  if (kind <= 7) return sender.send(path, framed(mutated(message, random)));
  if (kind === 8) return sender.send(path, mutated(framed(message), random));
  const packed = random.chance(0.5) ? mutated(gzipSync(message), random) : mutated(message, random);
  const encoding = random.pick(["gzip", "deflate", "br", "identity"]);
  return sender.send(path, framed(packed, 1), { "grpc-encoding": encoding });
}

function bentBelow({ path, message }: BaseFrame, rootKey: string, random: Random): Buffer {
  const call = rawCall(path, rootKey, framed(message));
  const preface = 24;
  return Buffer.concat([call.subarray(0, preface), mutated(call.subarray(preface), random)]);
}

/** A gRPC message: whether it is compressed, its length, and itself. */
function framed(message: Buffer, compressed = 0): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(compressed, 0);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}
