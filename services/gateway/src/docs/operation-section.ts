import type { ApiRoute } from "../contract/api-route.ts";
import { commentOf } from "../contract/comment.ts";
import { requestExamples } from "../openapi/examples.ts";
import { isPublic, summaryOf } from "../openapi/operation.ts";
import { parametersOf } from "../openapi/parameters.ts";
import { fieldTable } from "./field-table.ts";
import { type Html, html, phrase, prose } from "./html.ts";

/** One operation: what it does, what it takes, what it answers. */
export function operationSection(route: ApiRoute): Html {
  const { method, verb, path } = route;
  return html`
    <article id="${method.localName}">
      <h2><a href="#${method.localName}">${summaryOf(method.name)}</a></h2>
      <p class="call"><b class="verb ${verb.toLowerCase()}">${verb}</b>
        <code>${path.describedPath}</code></p>
      ${prose(commentOf(method))}
      <p class="quiet">${credentialNote(route)}</p>
      ${parameterList(route)}
      ${route.takesBody && bodyOf(route)}
      ${exampleOf(route)}
      <h3>Answer</h3>
      ${answerOf(route)}
    </article>`;
}

function credentialNote(route: ApiRoute): Html {
  if (isPublic(route)) return html`No credential needed.`;
  return phrase("Needs `Authorization: Bearer …`.");
}

interface ShownParameter {
  name: string;
  in: string;
  description: string;
}

function parameterList(route: ApiRoute): Html {
  const parameters = parametersOf(route) as unknown as ShownParameter[];
  if (parameters.length === 0) return html``;
  const rows = parameters.map(
    ({ name, in: place, description }) => html`
      <div>
        <dt><code>${name}</code> <span class="type">in the ${place}</span></dt>
        <dd>${phrase(description)}</dd>
      </div>`,
  );
  return html`<h3>Parameters</h3><dl class="fields">${rows}</dl>`;
}

function bodyOf({ method, path }: ApiRoute): Html {
  const bound = path.fields.filter((field) => !field.includes("."));
  return html`<h3>Body</h3>${fieldTable(method.input, bound)}`;
}

function exampleOf(route: ApiRoute): Html {
  const example = requestExamples[route.method.name];
  if (example === undefined) return html``;
  const lines = [
    `curl -X ${route.verb} "$TOLLBOOK${route.path.describedPath}" \\`,
    ...(isPublic(route) ? [] : ['  -H "Authorization: Bearer $TOLLBOOK_KEY" \\']),
    `  -H "Content-Type: application/json" \\`,
    `  -d '${JSON.stringify(example, undefined, 2)}'`,
  ];
  return html`<h3>Example</h3><pre><code>${lines.join("\n")}</code></pre>`;
}

function answerOf({ method, answer }: ApiRoute): Html {
  if (answer !== "json") return html`<p>The file, to be saved.</p>`;
  return fieldTable(method.output);
}
