import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { descriptorIndex } from "./descriptor-index.ts";

/** The buf image of all contracts, for `createGrpcHost({ reflectionImage })`. */
export async function contractsImage(): Promise<Uint8Array> {
  return readFile(fileURLToPath(import.meta.resolve("@tollbook/contracts/image.binpb")));
}

/** Full names of the services in such an image: `tollbook.auth.v1.KeyService`, … */
export function servicesInImage(image: Uint8Array): readonly string[] {
  return descriptorIndex(image).services;
}
