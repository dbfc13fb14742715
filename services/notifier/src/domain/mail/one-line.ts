/** What could break a header or turn a line's order around; joiners, which scripts need, stay. */
const unprintable =
  /[\p{Cc}\p{Zl}\p{Zp}\p{Co}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** Names longer than this are cut in subjects and headlines. */
const nameLengthMax = 80;

/** Text of other people's making as one harmless line of at most `lengthMax` characters. */
export function oneLine(text: string, lengthMax = nameLengthMax): string {
  const line = text.toWellFormed().replace(unprintable, " ").replace(/\s+/gu, " ").trim();
  const characters = [...line];
  if (characters.length <= lengthMax) return line;
  return `${characters
    .slice(0, lengthMax - 1)
    .join("")
    .trimEnd()}…`;
}
