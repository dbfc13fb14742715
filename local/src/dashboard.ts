import { execFile } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const checkout = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const folder = join(checkout, "dashboard");
const buildMs = 60_000;

/** Builds the dashboard if it was never built or its sources are newer. Browsers need a bundle. */
export async function buildDashboard(say: (line: string) => void): Promise<void> {
  const built = join(folder, "dist", "index.html");
  if (existsSync(built) && statSync(built).mtimeMs >= newestIn(folder)) return;
  say("building the dashboard …");
  const vite = join(checkout, "node_modules", "vite", "bin", "vite.js");
  try {
    await run(process.execPath, [vite, "build"], { cwd: folder, timeout: buildMs });
  } catch (error) {
    // Everything else works without it, and its page says that it was not built.
    const { stderr = String(error) } = error as { stderr?: string };
    say(`the dashboard could not be built: ${stderr.split("\n").slice(0, 3).join(" ")}`);
    say("see: npm run build -w dashboard");
  }
}

function newestIn(path: string): number {
  const entries = readdirSync(path, { withFileTypes: true });
  const times = entries.map((entry) => {
    if (entry.name === "dist" || entry.name === "node_modules") return 0;
    const inside = join(path, entry.name);
    return entry.isDirectory() ? newestIn(inside) : statSync(inside).mtimeMs;
  });
  return Math.max(0, ...times);
}
