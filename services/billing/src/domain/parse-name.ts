import type { Violations } from "@tollbook/domain";

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be in a name
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f-\u009f]/;

/** A text of one line from outside, without space around it; what is wrong with it is noted. */
export function parseName(
  text: string,
  field: string,
  lengthMax: number,
  faults: Violations,
): string {
  const name = text.trim();
  if (name === "") faults.add(field, "MISSING", "It needs a name.");
  return checkLine(name, field, lengthMax, faults);
}

/** The same for a line that may be empty. */
export function parseLine(
  text: string,
  field: string,
  lengthMax: number,
  faults: Violations,
): string {
  return checkLine(text.trim(), field, lengthMax, faults);
}

function checkLine(line: string, field: string, lengthMax: number, faults: Violations): string {
  if ([...line].length > lengthMax) {
    faults.add(field, "TOO_LONG", `At most ${lengthMax} characters.`);
  }
  if (CONTROL_CHARACTER.test(line)) {
    faults.add(field, "CONTROL_CHARACTER", "Write one line, without control characters.");
  }
  return line;
}

/** Notes every name that stands there a second time; capitals make no difference. */
export function noteRepeats(
  names: readonly string[],
  fieldOf: (index: number) => string,
  faults: Violations,
): void {
  const seen = new Set<string>();
  for (const [index, name] of names.entries()) {
    const key = name.toLowerCase();
    if (name !== "" && seen.has(key)) {
      faults.add(fieldOf(index), "NAME_REPEATED", `The name ${name} stands here twice.`);
    }
    seen.add(key);
  }
}
