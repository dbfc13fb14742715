import { existsSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { routeNotFound } from "../answer/http-refusal.ts";
import { html } from "../docs/html.ts";

/** The dashboard's own paths: each is its one page, which shows what the path says. */
const dashboardPaths = [
  "/",
  "/sign-in",
  "/sign-up",
  "/customers",
  "/customers/:id",
  "/plans",
  "/invoices",
  "/settings",
];

const builtFolder = join(import.meta.dirname, "../../../../dashboard/dist");

/** Serves the built dashboard; while there is none, its paths say how to build it. */
export async function registerDashboard(
  app: FastifyInstance,
  folder: string = builtFolder,
): Promise<void> {
  await app.register(fastifyStatic, { root: folder, serve: false, suppressWarning: true });
  const showPage = (_request: FastifyRequest, reply: FastifyReply) => {
    if (!existsSync(join(folder, "index.html"))) return sayHowToBuild(reply);
    // Asked for anew each time: its scripts have other names after each build.
    return reply.sendFile("index.html", { maxAge: 0, immutable: false });
  };
  for (const path of dashboardPaths) app.get(path, showPage);
  app.get("/assets/*", (request, reply) => {
    const file = (request.params as { "*": string })["*"];
    if (!builtFile.test(file) || !existsSync(join(folder, "assets", file))) {
      throw routeNotFound("GET", request.url);
    }
    return reply.sendFile(`assets/${file}`, { maxAge: "365d", immutable: true });
  });
}

/** All that a build writes lies side by side: `index-B1x9.js`. */
const builtFile = /^[\w-][\w.-]*$/;

function sayHowToBuild(reply: FastifyReply): FastifyReply {
  return reply.code(503).type("text/html; charset=utf-8").send(notBuilt.text);
}

const notBuilt = html`<!doctype html>
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>Tollbook</title>
      <link rel="stylesheet" href="/docs/style.css" />
    </head>
    <body>
      <header><a href="/">Tollbook</a></header>
      <main>
        <h1>The dashboard is not built yet</h1>
        <p>Build it in the folder of Tollbook, then load this page again:</p>
        <pre><code>npm run build -w dashboard</code></pre>
        <p>The API works without it: see <a href="/docs">its documentation</a>.</p>
      </main>
    </body>
  </html>`;
