import type { Source } from "./source.ts";

/** The table of ARCHITECTURE.md: `| `auth` KeyService | UpdateKey, RotateKey |`. */
const row = /^\| `(\w+)` (\w+) \| ([^|]+) \|$/gm;

/**
 * Complaints about RPCs that no door implements and that ARCHITECTURE.md does not list as unbuilt,
 * or the other way round. `rpcs` by full service name.
 */
export function checkUnbuilt(
  architecture: string,
  sources: readonly Source[],
  rpcs: ReadonlyMap<string, readonly string[]>,
): string[] {
  const listed = listedRpcs(architecture);
  return [...rpcs].flatMap(([service, names]) => {
    const [, packageName = "", short = ""] = /^tollbook\.(\w+)\.v1\.(\w+)$/.exec(service) ?? [];
    const doors = textOfDoors(sources, packageName);
    return names.flatMap((rpc) => {
      const name = `${packageName} ${short} ${rpc}`;
      const built = new RegExp(`\\b${rpc[0]?.toLowerCase()}${rpc.slice(1)}(:|\\()`).test(doors);
      if (built === !listed.has(name)) return [];
      const where = "ARCHITECTURE.md, Not built yet";
      return [
        built ? `${name} is built, and listed in ${where}` : `${name} is missing in ${where}`,
      ];
    });
  });
}

function listedRpcs(architecture: string): ReadonlySet<string> {
  const rows = [...architecture.matchAll(row)];
  return new Set(
    rows.flatMap(([, packageName, service, names = ""]) =>
      names.split(",").map((name) => `${packageName} ${service} ${name.trim()}`),
    ),
  );
}

/** The gate is hosted by auth; what no service folder has is served by the packages. */
function textOfDoors(sources: readonly Source[], packageName: string): string {
  const folder = packageName === "gate" ? "auth" : packageName;
  const own = `services/${folder}/src/grpc/`;
  const shared = /^packages\/(service|events)\/src\//;
  const doors = sources.filter(({ path }) => path.startsWith(own));
  const serving = doors.length > 0 ? doors : sources.filter(({ path }) => shared.test(path));
  return serving.map(({ text }) => text).join("\n");
}
