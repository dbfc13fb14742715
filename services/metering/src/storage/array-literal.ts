/**
 * A PostgreSQL array as one bind, for ids, numbers and times only: nothing in them needs quoting,
 * and writing it ourselves is several times faster than the driver's own way.
 */
export function arrayOf<T>(
  items: readonly T[],
  value: (item: T) => string | number | bigint | boolean | undefined,
): string {
  let text = "{";
  for (let at = 0; at < items.length; at += 1) {
    if (at > 0) text += ",";
    text += value(items[at] as T) ?? "NULL";
  }
  return `${text}}`;
}

/** A time as `arrayOf` takes it. */
export function timeText(time: Date): string {
  return time.toISOString();
}
