import { delimiter, join } from "node:path";

/** The root of the checkout, whatever folder a task was started in. */
export const root = join(import.meta.dirname, "..");

/** Our environment, in which the tools that npm installed are found first. */
export function toolEnvironment(): NodeJS.ProcessEnv {
  const path = [join(root, "node_modules/.bin"), process.env.PATH].join(delimiter);
  return { ...process.env, PATH: path };
}
