import { basename, dirname } from "node:path";

/** They name no thing, so everything ends up in them. */
const drawers = /(^|-)(utils?|helpers?|common|types?|managers?|mappers?|misc|shared)(-|$)/;
const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)*$/;

/** Complaints about names of files and of the folders they lie in. */
export function checkFileNames(paths: readonly string[]): string[] {
  const complaints = new Set<string>();
  for (const path of paths) {
    const name = basename(path);
    if (/\.tsx?$/.test(name) && !kebab.test(name)) complaints.add(`${path} is not in kebab-case`);
    for (let part = path; part !== "."; part = dirname(part)) {
      const [stem = ""] = basename(part).split(".");
      if (drawers.test(stem)) complaints.add(`${part} is named after no thing: "${stem}"`);
    }
  }
  return [...complaints];
}
