/** Any method, or any path. */
const ANY = "*";

/**
 * Whether one of a key's patterns allows the call. A pattern is a path or a method and a path,
 * `/v1/forecast/{city}` or `GET /v1/*`; a `*` in the path stands for any characters. Paths are
 * route templates and compared as they are written. No patterns allow everything.
 */
export function mayCall(scopes: readonly string[], method: string, endpoint: string): boolean {
  return scopes.length === 0 || scopes.some((scope) => allows(scope, method, endpoint));
}

function allows(scope: string, method: string, endpoint: string): boolean {
  const space = scope.indexOf(" ");
  const wantedMethod = space < 0 ? ANY : scope.slice(0, space);
  const path = scope.slice(space + 1);
  return (wantedMethod === ANY || wantedMethod === method) && pathMatches(path, endpoint);
}

/** Pieces between stars must follow one another; no backtracking, so no slow pattern exists. */
function pathMatches(pattern: string, endpoint: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
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
