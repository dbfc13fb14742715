/** Whether this runs in continuous integration, where nothing may be skipped. */
export const inCi = process.env.CI === "true";

/** Gives the processes started from here these settings. */
export function handOn(settings: Readonly<Record<string, string>>): void {
  Object.assign(process.env, settings);
}

/** Where programs are found: what a process started from a test gets of our environment. */
export const programPath = process.env.PATH ?? "/usr/bin:/bin";
