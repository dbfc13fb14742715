import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const checkout = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const folder = join(checkout, "dashboard");
const vite = join(checkout, "node_modules", "vite", "bin", "vite.js");
const buildOptions = { cwd: folder, timeout: 60_000 };
/** Of folders that a build is made in. */
const roomPrefix = ".build-";

/** Builds the dashboard if it was never built or its sources are newer. Browsers need a bundle. */
export async function buildDashboard(say: (line: string) => void): Promise<void> {
  const built = join(folder, "dist");
  const page = join(built, "index.html");
  if (existsSync(page) && statSync(page).mtimeMs >= newestIn(folder)) return;
  say("building the dashboard …");
  try {
    await build(built);
  } catch (error) {
    // Everything else works without it, and its page says that it was not built.
    const { stderr = String(error) } = error as { stderr?: string };
    say(`the dashboard could not be built: ${stderr.split("\n").slice(0, 3).join(" ")}`);
    say("see: npm run build -w dashboard");
  }
}

async function build(built: string): Promise<void> {
  const room = mkdtempSync(join(folder, roomPrefix));
  try {
    const made = join(room, "dist");
    await run(process.execPath, [vite, "build", "--outDir", made], buildOptions);
    putInPlace(made, built, join(room, "before"));
  } finally {
    rmSync(room, { recursive: true, force: true });
  }
}

/** Whole, since other platforms may serve this folder now, or build it at the same time. */
function putInPlace(made: string, built: string, before: string): void {
  try {
    if (existsSync(built)) renameSync(built, before);
    renameSync(made, built);
  } catch (error) {
    // Another platform was first, with the same pages.
    if (!existsSync(join(built, "index.html"))) throw error;
  }
}

function newestIn(path: string): number {
  const entries = readdirSync(path, { withFileTypes: true });
  const times = entries.map((entry) => {
    if (isMade(entry.name)) return 0;
    const inside = join(path, entry.name);
    return entry.isDirectory() ? newestIn(inside) : statSync(inside).mtimeMs;
  });
  return Math.max(0, ...times);
}

function isMade(name: string): boolean {
  return name === "dist" || name === "node_modules" || name.startsWith(roomPrefix);
}
