import type { MailContent } from "./content.ts";

/** RFC 5322 recommends 78; a little less leaves room for a quoting mark. */
const lineLengthMax = 72;

/** The e-mail for readers without HTML, and for everything that reads mail to people. */
export function asText(content: MailContent): string {
  const { headline, paragraphs, facts, action, foot } = content;
  const labelWidth = Math.max(0, ...facts.map(([label]) => label.length)) + 2;
  const blocks = [
    wrapped(headline),
    ...paragraphs.map(wrapped),
    facts.map(([label, value]) => `${`${label}:`.padEnd(labelWidth)}${value}`).join("\n"),
    action ? `${action.label}:\n${action.url}` : "",
    `-- \n${wrapped(foot)}`,
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

function wrapped(paragraph: string): string {
  const lines = [""];
  for (const word of paragraph.split(" ")) {
    const line = lines.at(-1) as string;
    const longer = line === "" ? word : `${line} ${word}`;
    if (longer.length <= lineLengthMax || line === "") lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.join("\n");
}
