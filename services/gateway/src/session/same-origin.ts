import type { FastifyRequest } from "fastify";
import { HttpRefusal } from "../answer/http-refusal.ts";

/**
 * Lets a request that is authenticated by cookie change something only if our own pages sent it.
 * Browsers say so in Sec-Fetch-Site, older ones in Origin; a request with neither is refused.
 */
export function requireSameOrigin(request: FastifyRequest, publicHost: string | undefined): void {
  const { "sec-fetch-site": site, origin, host } = request.headers;
  if (site === "same-origin") return;
  if (site === undefined && origin !== undefined && isOwn(origin, [host, publicHost])) return;
  const sentence = "A session cookie is believed only from pages of this address.";
  throw new HttpRefusal(403, "CROSS_ORIGIN_REFUSED", sentence);
}

function isOwn(origin: string, hosts: readonly (string | undefined)[]): boolean {
  return URL.canParse(origin) && hosts.includes(new URL(origin).host);
}
