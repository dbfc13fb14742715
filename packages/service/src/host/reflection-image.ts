import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** The buf image of all contracts, for `createGrpcHost({ reflectionImage })`. */
export async function contractsImage(): Promise<Uint8Array> {
  return readFile(fileURLToPath(import.meta.resolve("@tollbook/contracts/image.binpb")));
}
