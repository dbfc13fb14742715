/** What somebody new asks of a service, in this order, on one page. */
export const headings = ["Owns", "Does not own", "Words", "RPCs", "Events", "Invariants"] as const;

const linesMax = 120;

/** Complaints about a service's README. */
export function checkServiceReadme(path: string, markdown: string | undefined): string[] {
  if (markdown === undefined) return [`${path} is missing`];
  const found = [...markdown.matchAll(/^## (.+)$/gm)].map(([, heading = ""]) => heading.trim());
  const complaints = headings
    .filter((heading) => !found.includes(heading))
    .map((heading) => `${path} has no "## ${heading}"`);
  const ours = found.filter((heading) => (headings as readonly string[]).includes(heading));
  if (complaints.length === 0 && ours.join() !== headings.join()) {
    complaints.push(`${path} has its headings in another order than ${headings.join(", ")}`);
  }
  const empty = markdown.matchAll(/^## (.+)\n+(?=## |$(?![\s\S]))/gm);
  for (const [, heading] of empty) complaints.push(`${path} says nothing under "## ${heading}"`);
  const lines = markdown.split("\n").length;
  if (lines > linesMax) complaints.push(`${path} has ${lines} lines; one page is ${linesMax}`);
  return complaints;
}
