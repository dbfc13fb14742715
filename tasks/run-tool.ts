import { spawnSync } from "node:child_process";
import { delimiter, join } from "node:path";

/** The root of the checkout, whatever folder a task was started in. */
export const root = join(import.meta.dirname, "..");

/** Runs one of the tools npm installed; its output goes to the screen. True if it was content. */
export function runTool(command: string, args: readonly string[], cwd = root): boolean {
  const path = [join(root, "node_modules/.bin"), process.env.PATH].join(delimiter);
  const env = { ...process.env, PATH: path };
  const { status, error } = spawnSync(command, args, { cwd, env, stdio: "inherit" });
  if (error) console.error(`${command} could not be started: ${error.message}`);
  return status === 0;
}
