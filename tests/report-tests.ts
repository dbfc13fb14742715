import { inspect } from "node:util";

/** What became of a run. */
export interface TestRun {
  ok: boolean;
  /** Names of what was skipped, each with the reason its test gave. */
  skipped: string[];
  /** How long each file took, in milliseconds. */
  files: Map<string, number>;
}

/** The events of `run()` in node:test, as far as they are read here. */
interface TestEvent {
  type: string;
  data: {
    name: string;
    nesting: number;
    testId?: number;
    parentId?: number;
    file?: string;
    line?: number;
    message?: string;
    skip?: boolean | string;
    details?: { error?: Error & { failureType?: string; cause?: unknown } };
    counts?: Record<string, number>;
    duration_ms?: number;
    success?: boolean;
  };
}

/** What a failing file printed is of use, but not all of a file that prints without end. */
const printedCharactersMax = 20_000;

/**
 * Says what a person must know of a test run: each failure as it comes, with what its file printed;
 * what was skipped, by name; and the counts, in the words `node --test` ends with. All else stays
 * silent: nobody reads the rest of a green run.
 */
export async function reportTests(
  events: AsyncIterable<unknown>,
  say: (text: string) => void,
): Promise<TestRun> {
  const names = new Map<string, string>();
  const printed = new Map<string, string>();
  const skipped: string[] = [];
  const files = new Map<string, number>();
  let ok = false;
  for await (const { type, data } of events as AsyncIterable<TestEvent>) {
    const { file = "" } = data;
    if (type === "test:stdout" || type === "test:stderr") {
      const text = (printed.get(file) ?? "") + data.message;
      printed.set(file, text.slice(-printedCharactersMax));
    }
    if (type === "test:start") names.set(idOf(data), titleOf(data, names));
    if (type === "test:pass" && data.skip) skipped.push(`${titleOf(data, names)}${reason(data)}`);
    if (type === "test:fail" && data.details?.error?.failureType !== "subtestsFailed") {
      say(failure(titleOf(data, names), data, printed.get(file)));
      printed.delete(file);
    }
    if (type === "test:summary" && data.file !== undefined) files.set(file, data.duration_ms ?? 0);
    if (type === "test:summary" && data.file === undefined) {
      ok = data.success === true;
      say(ending(skipped, data));
    }
  }
  return { ok, skipped, files };
}

function idOf({ file, testId }: TestEvent["data"]): string {
  return `${file}#${testId}`;
}

/** "the relay › publishes what is unpublished": the suites a test stands in, and its own name. */
function titleOf(data: TestEvent["data"], names: ReadonlyMap<string, string>): string {
  const parent = names.get(`${data.file}#${data.parentId}`);
  return parent === undefined ? data.name : `${parent} › ${data.name}`;
}

function reason({ skip }: TestEvent["data"]): string {
  return typeof skip === "string" ? ` (${skip})` : "";
}

function failure(title: string, data: TestEvent["data"], printed = ""): string {
  const error = data.details?.error;
  const cause = error?.cause ?? error;
  const what = cause instanceof Error ? inWords(cause) : String(cause);
  const said = printed === "" ? "" : `\n  its file printed:\n${indented(printed.trimEnd())}`;
  return `✖ ${title}\n  at ${data.file}:${data.line}\n${indented(what)}${said}\n`;
}

/** An error's own words and stack; what else it carries only repeats them. */
function inWords(error: Error): string {
  const words = error.stack || error.message;
  return error.cause === undefined ? words : `${words}\n  cause: ${inspect(error.cause)}`;
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, "    ");
}

function ending(
  skipped: readonly string[],
  { counts, duration_ms: ms }: TestEvent["data"],
): string {
  const lines = skipped.map((title) => `﹣ skipped: ${title}`);
  const words = { tests: "tests", suites: "suites", passed: "pass", failed: "fail" };
  const more = { cancelled: "cancelled", skipped: "skipped", todo: "todo" };
  for (const [count, word] of Object.entries({ ...words, ...more })) {
    lines.push(`ℹ ${word} ${counts?.[count] ?? 0}`);
  }
  lines.push(`ℹ duration_ms ${ms}`);
  return lines.join("\n");
}
