/** A path as a framework takes it: text, a regular expression, or several. */
export type Pattern = string | RegExp | readonly (string | RegExp)[];

/** What metering takes as a route template. */
const TEMPLATE_LENGTH_MAX = 200;

/**
 * A route's path as a template: `/v1/forecast/:city` becomes `/v1/forecast/{city}`, a wildcard
 * `*rest` becomes `{+rest}`, and optional groups are written out. Regular expressions stay as they
 * are; several paths of one route are joined by `|`.
 */
export function templateOf(pattern: Pattern): string {
  if (pattern instanceof RegExp) return pattern.source;
  if (typeof pattern !== "string") return pattern.map(templateOf).join("|");
  return pattern.replace(token, (whole, escaped, quoted, named, rest) => {
    if (escaped !== undefined) return escaped;
    if (quoted !== undefined || named !== undefined) return `{${quoted ?? named}}`;
    if (rest !== undefined) return `{+${rest}}`;
    return whole === "*" ? "{+rest}" : "";
  });
}

/** `\x`, `:"name"`, `:name` with Express 4's `(…)` and `?`, `*name`, `*`, and the braces of a group. */
const token = /\\(.)|:"([^"]+)"|:(\w+)(?:\((?:\\.|[^\\)])*\))?[?*+]?|\*(\w+)|\*|[{}]/g;

/** One template under another: `/v1` and `/` give `/v1`. */
export function joinTemplates(mount: string, below: string): string {
  const joined = mount.endsWith("/") ? mount.slice(0, -1) + below : mount + below;
  const bare = joined.length > 1 && joined.endsWith("/") ? joined.slice(0, -1) : joined;
  return bare.slice(0, TEMPLATE_LENGTH_MAX);
}
