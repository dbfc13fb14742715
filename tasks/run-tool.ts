import { spawnSync } from "node:child_process";
import { root, toolEnvironment } from "./config.ts";

/** Runs one of the tools npm installed; its output goes to the screen. True if it was content. */
export function runTool(command: string, args: readonly string[]): boolean {
  const options = { cwd: root, env: toolEnvironment(), stdio: "inherit" } as const;
  const { status, error } = spawnSync(command, args, options);
  if (error) console.error(`${command} could not be started: ${error.message}`);
  return status === 0;
}
