import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createFileRegistry, type FileRegistry, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";

/**
 * The contract as buf compiled it: every descriptor, with its HTTP annotation and its comments.
 * Routes, JSON and the API description are all read from it, so they cannot drift apart.
 */
export function readContractImage(): FileRegistry {
  const path = fileURLToPath(import.meta.resolve("@tollbook/contracts/image.binpb"));
  return createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(path)));
}
