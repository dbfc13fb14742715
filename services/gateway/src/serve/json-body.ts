import type { FastifyInstance } from "fastify";
import { bodyNotJson } from "../answer/server-refusal.ts";

/**
 * Bodies are JSON and nothing else. An empty one is as good as none. What the keys mean is
 * decided by the contract, so no key of a body ever becomes a property of an object of ours.
 */
export function readJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "string" }, (_request, text, done) => {
    if (text === "") return done(null, undefined);
    try {
      done(null, JSON.parse(text as string));
    } catch (error) {
      done(bodyNotJson(error instanceof Error ? error.message : String(error)));
    }
  });
}
