import { BinaryReader, BinaryWriter } from "@bufbuild/protobuf/wire";

/** A ServerReflectionRequest: its oneof by name, and itself, for the answer repeats it. */
export interface ReflectionRequest {
  bytes: Uint8Array;
  host: string;
  ask?: { kind: "file" | "symbol" | "services" | "unsupported"; value: string };
}

/** What a ServerReflectionResponse says. */
export type ReflectionAnswer =
  | { files: Uint8Array[] }
  | { services: readonly string[] }
  | { error: { code: number; message: string } };

/** Field numbers of grpc.reflection.v1.ServerReflectionRequest; v1alpha has the same. */
const kinds = new Map([
  [3, "file"],
  [4, "symbol"],
  [7, "services"],
] as const);
const hostField = 1;
const extensionField = 5;
const extensionNumbersField = 6;

/** Throws an Error if the bytes are no message. */
export function decodeReflectionRequest(bytes: Uint8Array): ReflectionRequest {
  const reader = new BinaryReader(bytes);
  const request: ReflectionRequest = { bytes, host: "" };
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    const kind = kinds.get(field as 3 | 4 | 7);
    if (field === hostField) request.host = reader.string();
    else if (kind !== undefined) request.ask = { kind, value: reader.string() };
    else {
      reader.skip(wireType, field);
      if (field === extensionField || field === extensionNumbersField) {
        request.ask = { kind: "unsupported", value: "" };
      }
    }
  }
  return request;
}

/** A ServerReflectionResponse: valid_host 1, original_request 2, then one of 4, 6 and 7. */
export function encodeReflectionAnswer(
  { host, bytes }: ReflectionRequest,
  answer: ReflectionAnswer,
): Buffer {
  const writer = new BinaryWriter();
  writer.tag(1, 2).string(host);
  writer.tag(2, 2).bytes(bytes);
  if ("files" in answer) {
    writer.tag(4, 2).fork();
    for (const file of answer.files) writer.tag(1, 2).bytes(file);
    writer.join();
  } else if ("services" in answer) {
    writer.tag(6, 2).fork();
    for (const name of answer.services) writer.tag(1, 2).fork().tag(1, 2).string(name).join();
    writer.join();
  } else {
    const { code, message } = answer.error;
    writer.tag(7, 2).fork().tag(1, 0).int32(code).tag(2, 2).string(message).join();
  }
  return Buffer.from(writer.finish());
}
