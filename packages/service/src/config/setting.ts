import { formatDuration, parseDuration } from "./duration.ts";

/** One setting of a process: where it comes from, what it means and what it may be. */
export interface Setting<T> {
  readonly kind: string;
  /** `TOLLBOOK_…`. */
  readonly env: string;
  /** A sentence for the operator. */
  readonly meaning: string;
  /** Secrets may come from a file named by `<env>_FILE`, and are never shown. */
  readonly secret: boolean;
  /** May be absent without a default; its value is then undefined. */
  readonly optional: boolean;
  /** What it is when it is not set; undefined if it must be. */
  readonly fallback: Exclude<T, undefined> | undefined;
  /** The default as one would write it. */
  readonly fallbackText: string | undefined;
  /** What may be written: `1 to 65535`, `debug | info`. */
  readonly bounds: string;
  /** Throws an Error whose message completes "It …". */
  parse(text: string): T;
}

/** What every setting says of itself; without default or `optional` it must be set. */
export interface SettingOptions<D = string> {
  env: string;
  meaning: string;
  default?: D;
  optional?: boolean;
}

/** The type a setting's value has: with undefined only if it is optional and has no default. */
type Value<T, O> = O extends { optional: true } ? T | undefined : T;

interface Kind<T> {
  kind: string;
  bounds: string;
  parse: (text: string) => T;
  show?: (value: T) => string;
  secret?: boolean;
}

/** The kinds of settings there are. Every one names its environment variable and its meaning. */
export const setting = {
  /** Any text. */
  text: <const O extends SettingOptions>(options: O) =>
    made<string, O>(options, { kind: "text", bounds: "any text", parse: (text) => text }),

  /** A text nobody may see; also read from the file that `<env>_FILE` names. */
  secret: <const O extends SettingOptions>(options: O) =>
    made<string, O>(options, {
      kind: "secret",
      bounds: `any text; or ${options.env}_FILE, a file that holds it`,
      parse: (text) => text,
      secret: true,
    }),

  /** A JSON object nobody may see (a key); also read from the file that `<env>_FILE` names. */
  json: <T extends object>(options: Omit<SettingOptions<T>, "default">) =>
    made<T, SettingOptions<T>>(options, {
      kind: "json",
      bounds: `a JSON object; or ${options.env}_FILE, a file that holds it`,
      parse: (text) => parseJsonObject(text) as T,
      secret: true,
    }),

  /** A whole number. */
  integer: <const O extends SettingOptions<number> & Range<number>>(options: O) =>
    made<number, O>(options, {
      kind: "integer",
      bounds: rangeText(options.min, options.max),
      parse: (text) => inRange(parseInteger(text), options, String),
    }),

  /** A length of time, in milliseconds, written `250ms`, `30s`, `5m`, `24h` or `35d`. */
  duration: <const O extends SettingOptions<string> & Range<string>>(options: O) => {
    const { default: fallback, ...rest } = options;
    const ms = fallback === undefined ? {} : { default: parseDuration(fallback) };
    const min = options.min === undefined ? {} : { min: parseDuration(options.min) };
    const max = options.max === undefined ? {} : { max: parseDuration(options.max) };
    return made<number, O>({ ...rest, ...ms } as never, {
      kind: "duration",
      bounds: `like 250ms, 30s, 5m, 24h; ${rangeText(options.min, options.max)}`,
      parse: (text) => inRange(parseDuration(text), { ...min, ...max }, formatDuration),
      show: formatDuration,
    });
  },

  /** A TCP port; 0 picks a free one. */
  port: <const O extends SettingOptions<number>>(options: O) =>
    made<number, O>(options, {
      kind: "port",
      bounds: "0 to 65535",
      parse: (text) => inRange(parseInteger(text), { min: 0, max: 65_535 }, String),
    }),

  /** A URL with one of these protocols (`postgres:`). It may hold a password: never shown. */
  url: <const O extends SettingOptions & { protocols?: readonly string[] }>(options: O) =>
    made<string, O>(options, {
      kind: "url",
      bounds: options.protocols ? `a URL with ${options.protocols.join(" or ")}` : "a URL",
      parse: (text) => parseUrl(text, options.protocols),
      secret: true,
    }),

  /** true or false. */
  flag: <const O extends SettingOptions<boolean>>(options: O) =>
    made<boolean, O>(options, { kind: "flag", bounds: "true or false", parse: parseFlag }),

  /** One of a few words. */
  choice: <const C extends string, const O extends SettingOptions<C>>(
    options: O & { of: readonly C[] },
  ) =>
    made<C, O>(options, {
      kind: "choice",
      bounds: options.of.join(" | "),
      parse: (text) => oneOf(text, options.of),
    }),

  /** Texts, separated by commas. */
  list: <const O extends SettingOptions<readonly string[]>>(options: O) =>
    made<readonly string[], O>(options, {
      kind: "list",
      bounds: "separated by commas",
      parse: (text) =>
        text
          .split(",")
          .map((item) => item.trim())
          .filter(Boolean),
      show: (items) => items.join(","),
    }),
};

interface Range<T> {
  min?: T;
  max?: T;
}

function made<T, O extends SettingOptions<unknown>>(
  options: O,
  { kind, bounds, parse, show = String, secret = false }: Kind<T>,
): Setting<Value<T, O>> {
  const fallback = options.default as T | undefined;
  return {
    kind,
    bounds,
    secret,
    env: options.env,
    meaning: options.meaning,
    optional: options.optional ?? false,
    fallback: fallback as Setting<Value<T, O>>["fallback"],
    fallbackText: fallback === undefined ? undefined : show(fallback),
    parse: parse as Setting<Value<T, O>>["parse"],
  };
}

function parseInteger(text: string): number {
  if (!/^-?\d{1,15}$/.test(text)) throw new Error("is not a whole number");
  return Number.parseInt(text, 10);
}

function inRange(value: number, { min, max }: Range<number>, show: (value: number) => string) {
  if (min !== undefined && value < min) throw new Error(`is less than ${show(min)}`);
  if (max !== undefined && value > max) throw new Error(`is more than ${show(max)}`);
  return value;
}

function rangeText(min?: number | string, max?: number | string): string {
  if (min === undefined && max === undefined) return "any";
  if (max === undefined) return `at least ${min}`;
  return min === undefined ? `at most ${max}` : `${min} to ${max}`;
}

function parseUrl(text: string, protocols: readonly string[] | undefined): string {
  if (!URL.canParse(text)) throw new Error("is not a URL");
  const { protocol } = new URL(text);
  if (protocols && !protocols.includes(protocol)) {
    throw new Error(`begins with ${protocol} instead of ${protocols.join(" or ")}`);
  }
  return text;
}

function parseJsonObject(text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // JSON.parse quotes what it could not read, which may be a key.
    throw new Error("is not JSON");
  }
  if (typeof value !== "object" || value === null) throw new Error("is no JSON object");
  return value;
}

function parseFlag(text: string): boolean {
  if (text !== "true" && text !== "false") throw new Error("is neither true nor false");
  return text === "true";
}

function oneOf<C extends string>(text: string, choices: readonly C[]): C {
  const found = choices.find((choice) => choice === text);
  if (found === undefined) throw new Error(`is none of ${choices.join(", ")}`);
  return found;
}
