import type { IncomingMessage } from "node:http";

/** The key a caller presents: `x-api-key`, or `Authorization: Bearer …`; undefined if neither. */
export function callerKey({ headers }: IncomingMessage): string | undefined {
  const own = headers["x-api-key"];
  if (own !== undefined) return typeof own === "string" ? own : own[0];
  const { authorization } = headers;
  return authorization && /^bearer +(\S+) *$/i.exec(authorization)?.[1];
}
