import { Readable } from "node:stream";
import { type DescMessage, fromBinary } from "@bufbuild/protobuf";
import type { FastifyReply } from "fastify";

/** `tollbook.file.v1.File` as a dynamic message. */
interface File {
  contentType: string;
  fileName: string;
  data: Uint8Array;
}

/** Answers with a file that came whole. */
export function sendFile(reply: FastifyReply, answer: DescMessage, bytes: Uint8Array) {
  const file = readFile(answer, bytes);
  return describeFile(reply, file).send(Buffer.from(file.data));
}

/**
 * Answers with a file that comes in chunks. The first chunk is awaited, so that an error before
 * it is still a problem answer; a later one cuts the connection, and the download shows as failed.
 */
export async function sendFileStream(
  reply: FastifyReply,
  answer: DescMessage,
  chunks: AsyncIterable<Uint8Array>,
) {
  const iterator = chunks[Symbol.asyncIterator]();
  const first = await iterator.next();
  const file = first.done ? emptyFile : readFile(answer, first.value);
  const rest = { [Symbol.asyncIterator]: () => iterator };
  return describeFile(reply, file).send(Readable.from(contents(file, answer, rest)));
}

const emptyFile: File = { contentType: "", fileName: "", data: new Uint8Array() };

async function* contents(first: File, answer: DescMessage, rest: AsyncIterable<Uint8Array>) {
  yield Buffer.from(first.data);
  for await (const bytes of rest) yield Buffer.from(readFile(answer, bytes).data);
}

function readFile(answer: DescMessage, bytes: Uint8Array): File {
  const message = fromBinary(answer, bytes) as unknown as { file?: File };
  return message.file ?? emptyFile;
}

/** A PDF opens in the browser, which runs no script of ours in it; all else is saved. */
function describeFile(reply: FastifyReply, { contentType, fileName }: File): FastifyReply {
  const type = mediaType.test(contentType) ? contentType : "application/octet-stream";
  const disposition = type === "application/pdf" ? "inline" : "attachment";
  const plain = fileName.replace(/[^\w.-]+/g, "-") || "download";
  const name = encodeURIComponent(fileName || "download").replaceAll("'", "%27");
  // Browsers show a PDF through an element of their own, which the policy of pages would block.
  if (type === "application/pdf") reply.header("content-security-policy", "frame-ancestors 'none'");
  return reply
    .header("content-type", type)
    .header("content-disposition", `${disposition}; filename="${plain}"; filename*=UTF-8''${name}`);
}

const mediaType = /^[\w.+-]+\/[\w.+-]+(; ?charset=[\w-]+)?$/;
