import { readFolded } from "./folded-days.ts";
import type { Needs } from "./needs.ts";
import { checkedRange, questionOf, type UsageRequest } from "./query-usage.ts";
import type { UsageGroup, UsageQuestion, UsageRow } from "./usage-query-store.ts";

/** Rows read at once: a few megabytes at most, whatever the size of the export. */
const ROWS_MAX = 5_000;
/** A look that takes longer is followed by a shorter one, far from the time-out of statements. */
const LOOK_MS = 1_000;

/** An export under way: what was asked, and the rows, some at a time. */
export interface UsageExport {
  readonly question: UsageQuestion;
  readonly pages: AsyncIterable<readonly UsageRow[]>;
}

/**
 * The whole answer to a question, ordered by interval and group, read as fast as it is taken and
 * never more than a page ahead. Each interval is as it was when it was read. Throws as QueryUsage.
 */
export function exportUsage({ storage }: Needs) {
  return async (accountId: string, request: UsageRequest): Promise<UsageExport> => {
    const range = checkedRange(request);
    const { question, kept } = await storage.inAccount(accountId, async (store) => {
      const question = await questionOf(store, request, range);
      const kept = await readFolded(store, (folded) => store.queries.biggest(question, folded));
      return { question, kept };
    });
    const look: Look = (part, after) => {
      return storage.inAccount(accountId, (store) => {
        const page = { kept, after, count: ROWS_MAX };
        return readFolded(store, (folded) => store.queries.exported(part, page, folded));
      });
    };
    return { question, pages: pagesOf(question, look) };
  };
}

/** Reads rows of some intervals, after a group if there is only one; one more than a page. */
type Look = (part: UsageQuestion, after: UsageGroup | undefined) => Promise<UsageRow[]>;

/** As many intervals at once as make about a page; one that has more is read in several. */
async function* pagesOf(question: UsageQuestion, look: Look) {
  let [from, length] = [0, 1];
  let after: UsageGroup | undefined;
  while (from < question.intervals.length) {
    const intervals = question.intervals.slice(from, from + length);
    const beganMs = performance.now();
    const rows = await look({ ...question, intervals }, after);
    const isSlow = performance.now() - beganMs > LOOK_MS;
    const isFull = rows.length > ROWS_MAX;
    if (isFull && length > 1) {
      length = Math.ceil(length / 2);
      continue;
    }
    const page = rows.slice(0, ROWS_MAX);
    const first = from;
    yield page.map((row) => ({ ...row, interval: row.interval + first }));
    after = isFull ? page.at(-1)?.group : undefined;
    if (!isFull) from += intervals.length;
    if (isSlow) length = Math.ceil(length / 2);
    else if (rows.length < ROWS_MAX / 4) length *= 2;
  }
}
