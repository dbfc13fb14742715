/**
 * Statements made of parts that are kept prepared on a connection, each some ten kB of PostgreSQL's
 * memory. Texts past it are planned each time: those made anew for each call must not fill the
 * server, nor leave no room for those that stand in the code.
 */
const MADE_MAX = 100;

const names = new Map<string, string>();
let made = 0;

/**
 * Marks a statement that runs all the time: it is parsed and planned once a connection. Returns
 * the text. Its plan must fit any binds: right for rows by key, wrong for rare and common values.
 */
export function prepared(text: string): string {
  if (!names.has(text)) names.set(text, `tollbook_${names.size + 1}`);
  return text;
}

/** The same for a statement that is put together for what is at hand; not all of them are kept. */
export function preparedIfFew(text: string): string {
  if (names.has(text)) return text;
  if (made >= MADE_MAX) return text;
  made += 1;
  return prepared(text);
}

/** The name of a marked statement. */
export function nameOf(text: string): string | undefined {
  return names.get(text);
}
