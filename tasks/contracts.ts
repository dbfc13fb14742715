import { join } from "node:path";
import { runTool } from "./run-tool.ts";

/** The contract that others build on: what it holds may be added to and never taken away. */
export const contractBaseline = "proto/baseline.binpb";

/**
 * Writes the TypeScript of every message and service, and the image (the descriptors, with their
 * comments) that reflection, validation and the web door read, into the given folder.
 */
export function generateContracts(folder: string): boolean {
  return (
    runTool("buf", ["generate", "--output", folder]) &&
    runTool("buf", ["build", "-o", join(folder, "image.binpb")])
  );
}

/** Whether what `generateContracts` put into that folder breaks nobody who uses the baseline. */
export function contractIsCompatible(folder: string): boolean {
  return runTool("buf", ["breaking", join(folder, "image.binpb"), "--against", contractBaseline]);
}
