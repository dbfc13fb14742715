import type { FastifyInstance } from "fastify";
import { bodyNotJson } from "../answer/server-refusal.ts";

/**
 * Bodies are JSON and nothing else. An empty one is as good as none. What the keys mean is
 * decided by the contract, so no key of a body ever becomes a property of an object of ours.
 */
export function readJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  addJsonParser(app, "application/json");
}

/** Reads bodies of one media type as JSON; bytes that are no UTF-8 are refused, never mended. */
export function addJsonParser(app: FastifyInstance, mediaType: string): void {
  app.addContentTypeParser(mediaType, { parseAs: "buffer" }, (_request, bytes, done) => {
    if (bytes.length === 0) return done(null, undefined);
    try {
      done(null, parseJson(utf8.decode(bytes as Buffer)));
    } catch (error) {
      done(bodyNotJson(error instanceof Error ? error.message : String(error)));
    }
  });
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Numbers past 2^53 stay as they were written, as text: a count must not be rounded unseen. */
export function parseJson(text: string): unknown {
  const parse = JSON.parse as (text: string, reviver?: Reviver) => unknown;
  return longNumber.test(text) ? parse(text, exactNumbers) : parse(text);
}

/** Most bodies hold none, and are parsed at full speed. */
const longNumber = /[:,[\s]-?\d[\d.]{14}|\de\+?\d\d/i;

type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown;

const exactNumbers: Reviver = (_key, value, { source }) => {
  const rounded = Number.isInteger(value) && !Number.isSafeInteger(value);
  return rounded ? source : value;
};
