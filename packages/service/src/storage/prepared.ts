/**
 * Statements kept prepared at once on a connection, each some ten kB of PostgreSQL's memory. Texts
 * past it are planned each time: a text that is made anew for each call must not fill the server.
 */
const PREPARED_MAX = 200;

const names = new Map<string, string>();

/**
 * Marks a statement that runs all the time: it is parsed and planned once a connection. Returns
 * the text. Its plan must fit any binds: right for rows by key, wrong for rare and common values.
 */
export function prepared(text: string): string {
  if (!names.has(text) && names.size < PREPARED_MAX) names.set(text, `tollbook_${names.size + 1}`);
  return text;
}

/** The name of a marked statement. */
export function nameOf(text: string): string | undefined {
  return names.get(text);
}
