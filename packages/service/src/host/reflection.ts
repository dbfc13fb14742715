import { type Server, type ServerDuplexStream, status } from "@grpc/grpc-js";
import { type DescriptorIndex, descriptorIndex } from "./descriptor-index.ts";
import {
  decodeReflectionRequest,
  encodeReflectionAnswer,
  type ReflectionAnswer,
  type ReflectionRequest,
} from "./reflection-codec.ts";

/**
 * Serves grpc.reflection v1 and v1alpha from a buf image, as grpcurl and `buf curl --reflect` ask.
 * `services` lists what this host serves, at the time of asking. Extensions are not served: none
 * of our messages has any.
 */
export function addReflection(
  server: Server,
  image: Uint8Array,
  services: () => readonly string[],
): void {
  const index = descriptorIndex(image);
  for (const version of ["v1", "v1alpha"]) {
    const path = `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`;
    const definition = {
      path,
      requestStream: true,
      responseStream: true,
      requestSerialize: asItIs,
      requestDeserialize: asItIs,
      responseSerialize: asItIs,
      responseDeserialize: asItIs,
    };
    const serve = (call: ServerDuplexStream<Buffer, Buffer>) => {
      call.on("data", (bytes: Buffer) => call.write(answered(bytes, index, services())));
      call.on("end", () => call.end());
    };
    server.addService({ serverReflectionInfo: definition }, { serverReflectionInfo: serve });
  }
}

function asItIs(bytes: Buffer): Buffer {
  return bytes;
}

function answered(bytes: Buffer, index: DescriptorIndex, services: readonly string[]): Buffer {
  let request: ReflectionRequest = { bytes, host: "" };
  try {
    request = decodeReflectionRequest(bytes);
    return encodeReflectionAnswer(request, answerTo(request, index, services));
  } catch {
    return encodeReflectionAnswer(request, refusal(status.INVALID_ARGUMENT, "malformed request"));
  }
}

function answerTo(
  { ask }: ReflectionRequest,
  index: DescriptorIndex,
  services: readonly string[],
): ReflectionAnswer {
  if (ask === undefined) return refusal(status.INVALID_ARGUMENT, "nothing was asked");
  if (ask.kind === "services") return { services };
  if (ask.kind === "unsupported") {
    return refusal(status.UNIMPLEMENTED, "extensions are not served");
  }
  const files = ask.kind === "file" ? index.fileByName(ask.value) : index.fileBySymbol(ask.value);
  return files ? { files } : refusal(status.NOT_FOUND, `there is no ${ask.kind} ${ask.value}`);
}

function refusal(code: status, message: string): ReflectionAnswer {
  return { error: { code, message } };
}
