import type { IncomingMessage, ServerResponse } from "node:http";
import type { Verdict } from "@tollbook/gate";
import { openTollbook, type Tollbook } from "../create-tollbook.ts";
import { type TellTrouble, troubleTeller } from "../trouble.ts";
import { PassedCall } from "./call.ts";
import { type ExpressOptions, type ExpressRequest, hostAnswers } from "./options.ts";
import { rateLimitHeaders } from "./rate-limit-headers.ts";
import { refuse } from "./refuse.ts";
import { type App, routeTemplate } from "./route-template.ts";
import { settleAtEnd } from "./settle-at-end.ts";

/** The middleware, and the gate behind it. */
export type TollbookMiddleware = Omit<Tollbook, "check"> &
  ((request: ExpressRequest, response: ServerResponse, next: (error?: unknown) => void) => void);

/**
 * Counts, limits and charges the calls of an Express application: `app.use(tollbook())`, before
 * its routes. Never throws; a failure of its own lets the call pass, and is told.
 */
export function tollbook(options: ExpressOptions = {}): TollbookMiddleware {
  const { rootKey, ...rest } = options;
  const tell = troubleTeller(options.onTrouble);
  const gate = openTollbook({ ...rest, key: rootKey }, tell);
  const host = hostAnswers(options, tell);
  const handle = (request: ExpressRequest, response: ServerResponse, next: () => void): void => {
    const call = { request, response, units: 1 };
    const answered = safely(tell, false, () => {
      if (isPreflight(request) || host.skip(request)) return false;
      call.units = host.units(request);
      const verdict = gate.check(gateCall(call, host.key(request)));
      if (!(verdict instanceof Promise)) return apply(call, verdict, gate.businessMs, tell);
      void verdict.then((late) => {
        const refused = safely(tell, false, () => apply(call, late, gate.businessMs, tell));
        if (!refused) next();
      });
      return true;
    });
    if (!answered) next();
  };
  return Object.defineProperties(handle, Object.getOwnPropertyDescriptors(gate)) as never;
}

/** A call on its way through. */
interface Call {
  readonly request: ExpressRequest & Pick<Express.Request, "tollbook">;
  readonly response: ServerResponse;
  units: number;
}

function gateCall({ request, units }: Call, key: string | undefined) {
  const { method = "GET", originalUrl, url = "/", ip: sourceAddress } = request;
  const endpoint = routeTemplate(request.app as App, method, originalUrl ?? url);
  return { key, endpoint, method, units, sourceAddress, count: "later" as const };
}

/** Does what the verdict says; true if the call is answered with that. */
function apply(call: Call, verdict: Verdict, businessMs: number, tell: TellTrouble): boolean {
  const { request, response } = call;
  const limits = rateLimitHeaders(verdict.limits, businessMs);
  if (limits !== undefined && !response.headersSent) {
    response.setHeader("ratelimit-policy", limits.policy);
    response.setHeader("ratelimit", limits.state);
  }
  if (!verdict.allowed) {
    refuse(request.method, response, verdict);
    return true;
  }
  const passed = new PassedCall(verdict, call.units);
  request.tollbook = passed;
  settleAtEnd(request, response, (outcome) => {
    safely(tell, undefined, () => verdict.settle({ ...outcome, units: passed.units }));
  });
  return false;
}

/** A browser asks whether it may ask; it cannot send a key with that. */
function isPreflight({ method, headers }: IncomingMessage): boolean {
  return method === "OPTIONS" && headers["access-control-request-method"] !== undefined;
}

/** A fault of ours is not to become the host's. */
function safely<T>(tell: TellTrouble, otherwise: T, run: () => T): T {
  try {
    return run();
  } catch (cause) {
    tell("internal", `A call passed uncounted: ${cause}`, { lost: 1, cause });
    return otherwise;
  }
}
