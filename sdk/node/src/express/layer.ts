import { type Pattern, templateOf } from "./template.ts";

/** What Express's routers are made of, as far as a route can be read from it. */
export interface Layer {
  readonly name: string;
  readonly handle: { readonly stack?: readonly Layer[] };
  readonly route?: { readonly path: Pattern; readonly methods: Readonly<Record<string, boolean>> };
  /** Express 5: one for each path; false if it does not match. */
  readonly matchers?: readonly Matcher[];
  /** Express 5: mounted at `/`. */
  readonly slash?: boolean;
  /** Express 5.3 and later. */
  readonly rawPath?: Pattern;
  /** Express 4. */
  readonly regexp?: RegExp & { readonly fast_slash?: boolean; readonly fast_star?: boolean };
  readonly keys?: readonly { readonly name: string | number }[];
}

type Matcher = (path: string) => false | { path: string; params: Params };
type Params = Readonly<Record<string, unknown>>;

/** Which part of a path a layer matches, and by what. */
export interface LayerMatch {
  readonly text: string;
  readonly params: Params;
  /** Which of several paths. */
  readonly index: number;
}

const everything: LayerMatch = { text: "", params: {}, index: 0 };

/** Matches without leaving a trace on the layer, whose state is the router's. */
export function matchLayer(layer: Layer, path: string): LayerMatch | undefined {
  const { matchers, regexp, slash } = layer;
  if (slash || regexp?.fast_slash) return everything;
  if (matchers === undefined) return regexp && matchRegExp(layer, regexp, path);
  for (let index = 0; index < matchers.length; index += 1) {
    const match = matchers[index]?.(path);
    if (match) return { text: match.path, params: match.params, index };
  }
  return undefined;
}

function matchRegExp(layer: Layer, regexp: RegExp, path: string): LayerMatch | undefined {
  const match = regexp.exec(path);
  if (match === null) return undefined;
  const params = (layer.keys ?? []).map(({ name }, at) => [name, match[at + 1]] as const);
  return { text: match[0], params: Object.fromEntries(params), index: 0 };
}

/** The template of a route's layer. */
export function routeTemplateOf(path: Pattern, { index }: LayerMatch): string {
  return templateOf(isSeveral(path) ? (path[index] ?? path) : path);
}

/** The template of what a router is mounted at. */
export function mountTemplateOf(layer: Layer, match: LayerMatch): string {
  const { rawPath } = layer;
  if (match.text === "" || match.text === "/") return "";
  if (rawPath !== undefined) return routeTemplateOf(rawPath, match);
  return isFromText(layer, match) ? withoutValues(match) : UNREADABLE;
}

/** A mount that cannot be told from what callers wrote. */
const UNREADABLE = "/{+mount}";

function isSeveral(path: Pattern): path is readonly (string | RegExp)[] {
  return Array.isArray(path);
}

/** Older versions do not keep the path; what matched may show it, but not of a wildcard. */
function isFromText({ regexp, matchers }: Layer, { params, index }: LayerMatch): boolean {
  const plain = Object.entries(params).every(([name, value]) => {
    return !/^\d+$/.test(name) && (value === undefined || typeof value === "string");
  });
  const written = regexp?.source.endsWith(generatedEnd) ?? matchers?.[index]?.name === "match";
  return plain && written;
}

/** How Express 4 ends the expression it makes of a mount's path. */
const generatedEnd = "\\/?(?=\\/|$)";

/** Names in the place of values. Case is no matter to a router, so it is none here. */
function withoutValues({ text, params }: LayerMatch): string {
  const segments: (string | undefined)[] = text.split("/");
  const names = segments.slice().fill(undefined);
  for (const [name, value] of Object.entries(params)) {
    const at = segments.findIndex((segment) => segment !== "" && decoded(segment) === value);
    if (at < 0) continue;
    names[at] = `{${name}}`;
    segments[at] = undefined;
  }
  return segments.map((segment, at) => names[at] ?? segment?.toLowerCase()).join("/");
}

function decoded(segment: string | undefined): string | undefined {
  if (!segment?.includes("%")) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
