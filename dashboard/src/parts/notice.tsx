import type { ComponentChildren } from "preact";
import { isNotBuilt, type Problem, type Violation } from "../api/problem.ts";

/** Says what went wrong, in the service's own sentence, and offers to try again. */
export function ProblemNotice(props: {
  problem: Problem;
  retry?: () => void;
  /** Those to be listed; all of the problem's unless told otherwise. */
  violations?: readonly Violation[];
}) {
  const { problem, retry, violations = problem.violations } = props;
  return (
    <div class="notice danger" role="alert">
      <p>
        {isNotBuilt(problem) ? "This is described in the API and not built yet." : problem.message}
      </p>
      {violations.length > 0 && (
        <ul>
          {violations.map(({ field, description }) => (
            <li key={field + description}>
              <code>{field}</code> {description}
            </li>
          ))}
        </ul>
      )}
      {problem.traceId && <p class="quiet">Trace id {problem.traceId}</p>}
      {retry && (
        <button type="button" class="plain small" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}

/** Nothing here yet, and what to do about it. */
export function Empty(props: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <h3>{props.title}</h3>
      {props.children}
    </div>
  );
}

/** Grey lines while something is on its way. */
export function Waiting({ lines = 3 }: { lines?: number }) {
  return (
    <div class="waiting" role="status" aria-label="Loading">
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} />
      ))}
    </div>
  );
}
