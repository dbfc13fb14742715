/** A span of time, half-open: `start` belongs to it, `end` does not. Never change its dates. */
export interface Interval {
  readonly start: Date;
  readonly end: Date;
}

/** A span from the first to the second date. Throws a plain Error unless start < end. */
export function interval(start: Date, end: Date): Interval {
  if (start.getTime() < end.getTime()) return Object.freeze({ start, end });
  throw new Error("an interval must end after it starts");
}

/** Whether the instant lies in the span; its end does not. */
export function contains({ start, end }: Interval, instant: Date): boolean {
  const time = instant.getTime();
  return start.getTime() <= time && time < end.getTime();
}

/** What two spans share, or undefined if they share nothing (touching is not sharing). */
export function intersection(a: Interval, b: Interval): Interval | undefined {
  const start = a.start.getTime() >= b.start.getTime() ? a.start : b.start;
  const end = a.end.getTime() <= b.end.getTime() ? a.end : b.end;
  return start.getTime() < end.getTime() ? interval(start, end) : undefined;
}
