import { placeOf, type Source } from "./source.ts";

/** What is not finished is in the tracker, where somebody sees it. */
const marks = /\b(TODO|FIXME|XXX|HACK)\b/;

/** Complaints about comments that put work off. */
export function checkUnfinished(sources: readonly Source[]): string[] {
  return sources.flatMap((source) =>
    source.comments
      .filter(({ value }) => marks.test(value))
      .map((comment) => `${placeOf(source, comment)} ${marks.exec(comment.value)?.[0]}`),
  );
}
