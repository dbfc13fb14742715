import { mkdirSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";

/** Whether this runs in continuous integration, where nothing may be skipped. */
export const inCi = process.env.CI === "true";

/** Gives the processes started from here these settings. */
export function handOn(settings: Readonly<Record<string, string>>): void {
  Object.assign(process.env, settings);
}

/** Where programs are found: what a process started from a test gets of our environment. */
export const programPath = process.env.PATH ?? "/usr/bin:/bin";

/** A temporary folder of this user alone, made if it is missing. */
export function ownTemporaryFolder(): string {
  const folder = join(tmpdir(), `tollbook-tests-${userInfo().uid}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}
