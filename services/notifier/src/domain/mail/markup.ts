/** HTML that is safe to put into HTML. */
export interface Markup {
  readonly markup: string;
}

/** HTML with everything put into it escaped, except other HTML. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Markup {
  const markup = parts.reduce((text, part, index) => text + written(values[index - 1]) + part);
  return { markup };
}

type Value = string | number | bigint | Markup | readonly Markup[] | undefined;

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function written(value: Value): string {
  if (value === undefined) return "";
  if (typeof value === "object") {
    return "markup" in value ? value.markup : value.map(({ markup }) => markup).join("");
  }
  return String(value).replace(/[&<>"']/g, (character) => escapes[character] as string);
}
