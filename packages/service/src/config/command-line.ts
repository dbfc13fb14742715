import { ConfigError } from "./config-error.ts";
import { describeConfig } from "./describe-config.ts";
import { type ConfigOf, type ConfigSpec, type Environment, readConfig } from "./read-config.ts";

/** How a process was called. */
export interface CommandLine {
  /** What runs: `tollbook auth`. */
  name: string;
  /** Options it has besides `--check-config` and `--help`, each with what it does. */
  options?: Readonly<Record<string, string>>;
  /** Arguments after the program's name. */
  argv: readonly string[];
  env: Environment;
  /** Where lines for people go; standard output and error unless told otherwise. */
  write?: (line: string) => void;
}

/**
 * The settings to start with, or the exit code of a process that has nothing to start: 0 after
 * `--help` and after `--check-config` found no fault, 1 when the settings are wrong.
 */
export function settingsOrExit<S extends ConfigSpec>(
  spec: S,
  { name, options = {}, argv, env, write = console.error }: CommandLine,
): { config: ConfigOf<S> } | { exitCode: number } {
  if (argv.includes("--help")) {
    const usage = [...Object.keys(options), "--check-config", "--help"].map((it) => `[${it}]`);
    const meanings = Object.entries(options).map(([option, does]) => `\n  ${option}  ${does}`);
    const lines = [`${name} ${usage.join(" ")}`, ...meanings, "\nSettings (environment):\n"];
    write([...lines, describeConfig(spec)].join("\n"));
    return { exitCode: 0 };
  }
  try {
    const config = readConfig(spec, env);
    if (!argv.includes("--check-config")) return { config };
    write(`${name}: the settings are good.`);
    return { exitCode: 0 };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    write(`${name}: ${error.message}`);
    return { exitCode: 1 };
  }
}
