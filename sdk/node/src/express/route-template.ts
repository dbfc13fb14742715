import {
  type Layer,
  type LayerMatch,
  matchLayer,
  mountTemplateOf,
  routeTemplateOf,
} from "./layer.ts";
import { joinTemplates, templateOf } from "./template.ts";

/** The endpoint of calls that no route takes: their paths are whatever callers write. */
export const NO_ROUTE = "(no route)";

/** What is read of an application of Express 4 or 5. */
export interface App {
  /** Express 4. */
  readonly _router?: Router;
  /** Express 5; Express 4 throws when it is read. */
  readonly router?: Router;
  /** What this application is mounted in, and where. */
  readonly parent?: App;
  readonly mountpath?: string | readonly string[];
}

type Router = { readonly stack?: readonly Layer[] };

/**
 * The template of the route that will take this call, found as Express itself will find it, before
 * it does. `url` is the original one. Never throws.
 */
export function routeTemplate(app: App | undefined, method: string, url: string): string {
  try {
    const stack = (app?._router ?? app?.router)?.stack;
    if (app === undefined || stack === undefined) return NO_ROUTE;
    const mount = mountOf(app);
    const found = findRoute(stack, method.toLowerCase(), below(pathOf(url), mount));
    return found === undefined ? NO_ROUTE : joinTemplates(mount, found);
  } catch {
    return NO_ROUTE; // a path that cannot be decoded: Express answers 400
  }
}

function findRoute(stack: readonly Layer[], method: string, path: string): string | undefined {
  for (const layer of stack) {
    const { route, handle } = layer;
    const mayRoute = route ? takes(route.methods, method) : leadsOn(layer);
    const match = mayRoute ? matchLayer(layer, path) : undefined;
    if (match === undefined) continue;
    if (route) return routeTemplateOf(route.path, match);
    if (!endsAtSlash(path, match)) continue;
    const mount = mountTemplateOf(layer, match);
    if (handle.stack === undefined) return joinTemplates(mount, "/{+rest}");
    const found = findRoute(handle.stack, method, path.slice(match.text.length) || "/");
    if (found !== undefined) return joinTemplates(mount, found);
  }
  return undefined;
}

function takes(methods: Readonly<Record<string, boolean>>, method: string): boolean {
  if (methods._all || methods[method]) return true;
  return method === "head" && methods.get === true;
}

/** A router, or a whole application, into which there is no looking. */
function leadsOn({ handle, name }: Layer): boolean {
  return Array.isArray(handle.stack) || name === "mounted_app";
}

function endsAtSlash(path: string, { text }: LayerMatch): boolean {
  const next = path[text.length];
  return path.startsWith(text) && (next === undefined || next === "/" || text.endsWith("/"));
}

/** Without the query; a proxy's absolute URL without its origin. */
function pathOf(url: string): string {
  if (!url.startsWith("/")) return URL.canParse(url) ? new URL(url).pathname : "/";
  const query = url.indexOf("?");
  return query < 0 ? url : url.slice(0, query);
}

/** Where an application is mounted in others, as a template; "" for one that is not. */
function mountOf({ parent, mountpath }: App): string {
  if (parent === undefined) return "";
  const [first] = typeof mountpath === "string" ? [mountpath] : (mountpath ?? []);
  const own = first === undefined || first === "/" ? "" : templateOf(first);
  return mountOf(parent) + own;
}

/** The path below a mount, which has as many segments as its template. */
function below(path: string, mount: string): string {
  if (mount === "") return path;
  const segments = mount.split("/").length;
  return `/${path.split("/").slice(segments).join("/")}`;
}
