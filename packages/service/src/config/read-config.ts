import { readFileSync } from "node:fs";
import { ConfigError, type ConfigFault } from "./config-error.ts";
import type { Setting } from "./setting.ts";

/** Every setting of a process, by the name the code knows it under. */
export type ConfigSpec = Readonly<Record<string, Setting<unknown>>>;

/** The values of a spec: `{ port: number, pepper: string | undefined }`. */
export type ConfigOf<S extends ConfigSpec> = {
  readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never;
};

/** Environment variables by name; `process.env` in a config.ts. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads all settings, or throws one ConfigError that lists everything wrong with them. */
export function readConfig<S extends ConfigSpec>(spec: S, env: Environment): ConfigOf<S> {
  const faults: ConfigFault[] = [];
  const entries = Object.entries(spec).map(([name, setting]) => {
    try {
      return [name, valueFrom(setting, env)];
    } catch (error) {
      faults.push(faultOf(setting, error));
      return [name, undefined];
    }
  });
  if (faults.length > 0) throw new ConfigError(faults);
  return Object.fromEntries(entries) as ConfigOf<S>;
}

function valueFrom(setting: Setting<unknown>, env: Environment): unknown {
  const text = textOf(setting, env);
  if (text !== undefined) return setting.parse(text);
  if (setting.fallback !== undefined || setting.optional) return setting.fallback;
  throw new Error("is not set");
}

/** An empty variable counts as unset: that is what a template that left it out writes. */
function textOf({ env: name, secret }: Setting<unknown>, env: Environment): string | undefined {
  const text = env[name] || undefined;
  const file = (secret && env[`${name}_FILE`]) || undefined;
  if (file === undefined) return text;
  if (text !== undefined) throw new Error(`is set, and so is ${name}_FILE: only one may be`);
  return fileText(file);
}

function fileText(file: string): string {
  try {
    return readFileSync(file, "utf8").trimEnd();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`cannot be read from its file: ${why}`);
  }
}

function faultOf({ env, bounds, meaning }: Setting<unknown>, error: unknown): ConfigFault {
  const problem = error instanceof Error ? error.message : String(error);
  return { env, problem, remedy: `Set it to: ${bounds}. It is: ${meaning}` };
}
