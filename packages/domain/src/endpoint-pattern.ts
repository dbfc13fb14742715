/** Any method, or any characters of a path. */
const ANY = "*";

/**
 * Whether a call matches a pattern. A pattern is a path, or a method and a path:
 * `/v1/forecast/{city}` or `GET /v1/*`; a `*` in the path stands for any characters, one alone
 * for every call. Paths are route templates and compared as they are written.
 */
export function matchesEndpoint(pattern: string, method: string, endpoint: string): boolean {
  const space = pattern.indexOf(" ");
  const wantedMethod = space < 0 ? ANY : pattern.slice(0, space);
  const path = pattern.slice(space + 1);
  return (wantedMethod === ANY || wantedMethod === method) && pathMatches(path, endpoint);
}

/** Pieces between stars must follow one another; no backtracking, so no slow pattern exists. */
function pathMatches(pattern: string, endpoint: string): boolean {
  const [first = "", ...rest] = pattern.split(ANY);
  if (rest.length === 0) return endpoint === pattern;
  if (!endpoint.startsWith(first)) return false;
  const last = rest.pop() ?? "";
  let from = first.length;
  for (const piece of rest) {
    const at = endpoint.indexOf(piece, from);
    if (at < 0) return false;
    from = at + piece.length;
  }
  return endpoint.length - last.length >= from && endpoint.endsWith(last);
}
