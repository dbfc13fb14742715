import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import type { ApiRoute } from "../contract/api-route.ts";
import { docsPages } from "../docs/page.ts";
import { openApiDocument } from "../openapi/document.ts";

const assets = join(import.meta.dirname, "../../assets");

/** The API's description for programs at /openapi.json and for people under /docs. */
export function registerDocs(
  app: FastifyInstance,
  routes: readonly ApiRoute[],
  version: string,
): void {
  const description = JSON.stringify(openApiDocument(routes, version));
  app.get("/openapi.json", (_request, reply) =>
    reply.type("application/json; charset=utf-8").send(description),
  );
  const style = readFileSync(join(assets, "docs.css"));
  app.get("/docs/style.css", (_request, reply) => reply.type("text/css").send(style));
  const icon = readFileSync(join(assets, "icon.svg"));
  app.get("/docs/icon.svg", (_request, reply) => reply.type("image/svg+xml").send(icon));
  for (const [slug, page] of docsPages(routes)) {
    const url = slug === "" ? "/docs" : `/docs/${slug}`;
    app.get(url, (_request, reply) => reply.type("text/html; charset=utf-8").send(page));
  }
}
