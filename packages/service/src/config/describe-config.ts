import type { ConfigSpec } from "./read-config.ts";
import type { Setting } from "./setting.ts";

/** The text of `--help`: every setting with its meaning, what it may be, and its default. */
export function describeConfig(spec: ConfigSpec): string {
  return Object.values(spec).map(describe).join("\n\n");
}

function describe(setting: Setting<unknown>): string {
  const { env, meaning, kind, bounds, fallbackText, optional } = setting;
  const absent = optional ? "optional" : "required";
  const standing = fallbackText === undefined ? absent : `default ${fallbackText}`;
  return `${env}\n    ${meaning}\n    ${kind}: ${bounds}; ${standing}`;
}
