import type { DescService } from "@bufbuild/protobuf";
import type { ApiRoute } from "../contract/api-route.ts";
import { commentOf } from "../contract/comment.ts";
import { introduction } from "../openapi/document.ts";
import { summaryOf } from "../openapi/operation.ts";
import { servicesByHeading, tagName } from "../openapi/tags.ts";
import { type Html, html, prose } from "./html.ts";
import { operationSection } from "./operation-section.ts";

/**
 * The documentation: an overview under "" and one page for each service, all made once from the
 * contract. No scripts, nothing from elsewhere.
 */
export function docsPages(routes: readonly ApiRoute[]): Map<string, string> {
  const pages = new Map([["", page("Overview", "", routes, overview(routes))]]);
  for (const service of new Set(routes.map(({ method }) => method.parent))) {
    const slug = slugOf(service);
    pages.set(slug, page(tagName(service), slug, routes, servicePage(service, routes)));
  }
  return pages;
}

function slugOf(service: DescService): string {
  return tagName(service).toLowerCase().replaceAll(" ", "-");
}

function page(title: string, slug: string, routes: readonly ApiRoute[], content: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · Tollbook API</title>
        <link rel="icon" href="/docs/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/docs/style.css" />
      </head>
      <body>
        <a class="skip" href="#content">Skip to the content</a>
        <header><a href="/docs">Tollbook <span>API</span></a>
          <nav aria-label="Tollbook"><a href="/openapi.json">openapi.json</a>
            <a href="/">Dashboard</a></nav></header>
        <nav class="contents" aria-label="Services">${navigation(slug, routes)}</nav>
        <main id="content">${content}</main>
      </body>
    </html>`.text;
}

function navigation(slug: string, routes: readonly ApiRoute[]): Html[] {
  return servicesByHeading(routes).map(
    ({ heading, services }) => html`
      <h2>${heading}</h2>
      <ul>${services.map((service) => link(service, slug))}</ul>`,
  );
}

function link(service: DescService, slug: string): Html {
  const own = slugOf(service);
  const current = own === slug ? html`aria-current="page"` : html``;
  return html`<li><a href="/docs/${own}" ${current}>${tagName(service)}</a></li>`;
}

function overview(routes: readonly ApiRoute[]): Html {
  const groups = servicesByHeading(routes).flatMap(({ services }) => services);
  return html`
    <h1>Tollbook API</h1>
    ${prose(introduction)}
    ${groups.map((service) => operationIndex(service, routes))}`;
}

function operationIndex(service: DescService, routes: readonly ApiRoute[]): Html {
  const own = routes.filter(({ method }) => method.parent === service);
  const rows = own.map(
    ({ verb, path, method }) => html`
      <li><a href="/docs/${slugOf(service)}#${method.localName}">
        <b class="verb ${verb.toLowerCase()}">${verb}</b> <code>${path.describedPath}</code>
        <span>${summaryOf(method.name)}</span></a></li>`,
  );
  return html`<section><h2>${tagName(service)}</h2><ul class="index">${rows}</ul></section>`;
}

function servicePage(service: DescService, routes: readonly ApiRoute[]): Html {
  const own = routes.filter(({ method }) => method.parent === service);
  return html`
    <h1>${tagName(service)}</h1>
    ${prose(commentOf(service))}
    ${own.map((route) => operationSection(route))}`;
}
