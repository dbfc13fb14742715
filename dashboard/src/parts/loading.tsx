import type { ComponentChildren } from "preact";
import type { Loaded } from "../api/use-loaded.ts";
import { ProblemNotice, Waiting } from "./notice.tsx";

/** Shows what was loaded; until then that it is coming, or why it is not. */
export function Show<T>(props: {
  of: Loaded<T>;
  lines?: number;
  children: (value: T) => ComponentChildren;
}) {
  const { value, problem, reload } = props.of;
  return (
    <>
      {problem && <ProblemNotice problem={problem} retry={reload} />}
      {value !== undefined && props.children(value)}
      {value === undefined && !problem && <Waiting lines={props.lines ?? 3} />}
    </>
  );
}
