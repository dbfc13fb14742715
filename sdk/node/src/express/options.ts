import type { IncomingMessage } from "node:http";
import type { TollbookOptions } from "../create-tollbook.ts";
import type { TellTrouble } from "../trouble.ts";
import { callerKey } from "./caller-key.ts";

/** A request of Express 4 or 5, as far as the middleware looks at it. */
export type ExpressRequest = IncomingMessage & {
  readonly originalUrl?: string;
  readonly ip?: string | undefined;
  readonly app?: unknown;
};

/** What a host may say; every request counts as one call unless it is told otherwise. */
export interface ExpressOptions extends Omit<TollbookOptions, "key"> {
  /** A root key of your account; TOLLBOOK_KEY. */
  readonly rootKey?: string | undefined;
  /** Where a caller's key is; by default `x-api-key`, then `Authorization: Bearer …`. */
  readonly key?: ((request: ExpressRequest) => string | undefined) | undefined;
  /** Units a call costs at least, on meters that sum units: whole, 0 to 10^12; 1 by default. */
  readonly units?: ((request: ExpressRequest) => number) | undefined;
  /** True for calls that are nobody's business: neither checked nor counted. */
  readonly skip?: ((request: ExpressRequest) => boolean) | undefined;
}

/** What is asked of each request; never throws. */
export interface HostAnswers {
  key(request: ExpressRequest): string | undefined;
  units(request: ExpressRequest): number;
  skip(request: ExpressRequest): boolean;
}

/** The host's own functions, which may throw, or give what means nothing: that is told. */
export function hostAnswers(options: ExpressOptions, tell: TellTrouble): HostAnswers {
  const { key = callerKey, units, skip } = options;
  const ask = <T>(name: string, run: () => T, otherwise: T): T => {
    try {
      return run();
    } catch (cause) {
      tell("options", `The option "${name}" of tollbook() failed: ${cause}`, { cause });
      return otherwise;
    }
  };
  return {
    key: (request) => ask("key", () => key(request), undefined),
    units: (request) => (units ? ask("units", () => wholeUnits(units(request)), 1) : 1),
    skip: (request) => skip !== undefined && ask("skip", () => skip(request), false),
  };
}

function wholeUnits(units: number): number {
  if (Number.isSafeInteger(units) && units >= 0 && units <= 1e12) return units;
  throw new Error(`units are whole, from 0 to 10^12, not ${units}`);
}
