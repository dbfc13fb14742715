/** What a page lists: the first cell of each row of its tables that is code, `like_this`. */
export function rowsOf(markdown: string): string[] {
  const rows = markdown.matchAll(/^\|\s*`([^`]+)`\s*\|/gm);
  return [...rows].map(([, name = ""]) => name);
}

/** Complaints when a page does not list exactly these, each once. */
export function checkListed(page: string, markdown: string, wanted: readonly string[]): string[] {
  const listed = rowsOf(markdown);
  const want = new Set(wanted);
  const once = new Set(listed);
  return [
    ...[...want].filter((name) => !once.has(name)).map((name) => `${page} does not list ${name}`),
    ...[...once].filter((name) => !want.has(name)).map((name) => `${page} lists ${name}: no such`),
    ...listed
      .filter((name, index) => listed.indexOf(name) !== index)
      .map((name) => `${page} lists ${name} twice`),
  ];
}
