import type { CookieSerializeOptions } from "@fastify/cookie";
import type { FastifyReply, FastifyRequest } from "fastify";

/** A session as auth gives it, in proto JSON. */
export interface Session {
  accessToken: string;
  accessExpireTime: string;
  refreshToken: string;
  refreshExpireTime: string;
}

/** Keeps the dashboard's session where no script can read it. */
export interface SessionCookies {
  /** Host and port browsers use, if it is not the Host header's. */
  readonly publicHost: string | undefined;
  accessToken(request: FastifyRequest): string | undefined;
  refreshToken(request: FastifyRequest): string | undefined;
  set(reply: FastifyReply, session: Session): void;
  clear(reply: FastifyReply): void;
}

/** The dashboard's session routes; the refresh token is sent to these alone. */
export const sessionPath = "/dashboard-session";

/** With an https address, cookies are bound to it by name and never travel in clear. */
export function sessionCookies(publicUrl: string | undefined): SessionCookies {
  const url = publicUrl === undefined ? undefined : new URL(publicUrl);
  const secure = url?.protocol === "https:";
  const access = secure ? "__Host-tollbook-access" : "tollbook-access";
  const refresh = secure ? "__Secure-tollbook-refresh" : "tollbook-refresh";
  const options: CookieSerializeOptions = { httpOnly: true, sameSite: "strict", secure };
  const accessOptions = { ...options, path: "/" };
  const refreshOptions = { ...options, path: sessionPath };
  return {
    publicHost: url?.host,
    accessToken: (request) => request.cookies[access],
    refreshToken: (request) => request.cookies[refresh],
    set: (reply, session) => {
      const { accessToken, accessExpireTime, refreshToken, refreshExpireTime } = session;
      reply.setCookie(access, accessToken, { ...accessOptions, expires: date(accessExpireTime) });
      reply.setCookie(refresh, refreshToken, {
        ...refreshOptions,
        expires: date(refreshExpireTime),
      });
    },
    clear: (reply) => {
      reply.clearCookie(access, accessOptions);
      reply.clearCookie(refresh, refreshOptions);
    },
  };
}

function date(time: string): Date {
  return new Date(time);
}
