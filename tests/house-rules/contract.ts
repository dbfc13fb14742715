import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fromBinary } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { checkout } from "./source.ts";

/** The contract as descriptors: proto/ as `npm run proto` built it. */
export function readContract(): FileDescriptorProto[] {
  const image = readFileSync(join(checkout, "packages/contracts/image.binpb"));
  const { file } = fromBinary(FileDescriptorSetSchema, image);
  return file.filter(({ package: name }) => name.startsWith("tollbook."));
}

/** Full name of each gRPC service, `tollbook.auth.v1.KeyService`, with the names of its RPCs. */
export function rpcsOf(files: readonly FileDescriptorProto[]): Map<string, string[]> {
  const services = files.flatMap((file) =>
    file.service.map(({ name, method }) => {
      return [`${file.package}.${name}`, method.map((rpc) => rpc.name)] as const;
    }),
  );
  return new Map(services);
}

/**
 * Full names of all events: the messages of each events.proto, but for those that only stand in
 * fields of others. The feed itself, tollbook.events.v1, tells no event.
 */
export function eventsOf(files: readonly FileDescriptorProto[]): string[] {
  return files
    .filter(
      ({ name, package: of }) => name.endsWith("/events.proto") && of !== "tollbook.events.v1",
    )
    .flatMap(({ package: of, messageType }) => {
      const parts = new Set(messageType.flatMap(({ field }) => field.map((each) => each.typeName)));
      const names = messageType.map(({ name }) => `${of}.${name}`);
      return names.filter((name) => !parts.has(`.${name}`));
    });
}
