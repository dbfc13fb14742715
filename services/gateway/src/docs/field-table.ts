import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { commentOf } from "../contract/comment.ts";
import { fieldSchema, isOffered } from "../openapi/schema.ts";
import { isOneValue } from "../request/expected-value.ts";
import { type Html, html, phrase } from "./html.ts";

/** Messages inside messages are shown to this depth; deeper ones by name. */
const depthMax = 4;

/** The fields of a message with their meanings; nested messages unfold. */
export function fieldTable(message: DescMessage, hidden: readonly string[] = [], depth = 1): Html {
  const fields = message.fields.filter((field) => isOffered(field) && !hidden.includes(field.name));
  if (fields.length === 0) return html`<p class="quiet">Nothing.</p>`;
  const rows = fields.map((field) => fieldRow(field, depth));
  return html`<dl class="fields">${rows}</dl>`;
}

function fieldRow(field: DescField, depth: number): Html {
  const nested = field.message && !isOneValue(field.message) ? field.message : undefined;
  return html`
    <div>
      <dt><code>${field.jsonName}</code> <span class="type">${typeName(field)}</span></dt>
      <dd>
        ${phrase(commentOf(field))} ${choiceNote(field)}
        ${field.enum && choiceList(field)}
        ${nested && unfolding(nested, depth)}
      </dd>
    </div>`;
}

function unfolding(nested: DescMessage, depth: number): Html {
  if (depth >= depthMax) return html`<span class="quiet">${nested.name}</span>`;
  return html`
    <details>
      <summary>${nested.name}</summary>
      ${fieldTable(nested, [], depth + 1)}
    </details>`;
}

function choiceList({ enum: choice }: DescField): Html {
  const values = (choice?.values ?? []).filter(({ number }) => number !== 0);
  const items = values.map(
    (value) => html`<li><code>${value.name}</code> ${phrase(commentOf(value))}</li>`,
  );
  return html`<ul class="choices">${items}</ul>`;
}

function choiceNote({ oneof, name }: DescField): Html {
  const others = oneof?.fields.filter((field) => field.name !== name && isOffered(field)) ?? [];
  if (others.length === 0) return html``;
  const names = others.map(({ jsonName }) => `\`${jsonName}\``).join(", ");
  return phrase(`Not together with ${names}.`);
}

function typeName(field: DescField): string {
  if (field.fieldKind === "map") return "object of strings";
  const name = itemName(field);
  return field.fieldKind === "list" ? `list of ${name}` : name;
}

function itemName(field: DescField): string {
  if (field.message && !isOneValue(field.message)) return field.message.name;
  if (field.enum) return "one of";
  const schema = fieldSchema(field);
  const item = field.fieldKind === "list" ? (schema.items as typeof schema) : schema;
  return String(item.format ?? (item.contentEncoding ? "base64" : item.type));
}
