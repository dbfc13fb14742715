import type { ComponentChildren } from "preact";
import { isNotBuilt, type Problem } from "../api/problem.ts";

/** Says what went wrong, in the service's own sentence, and offers to try again. */
export function ProblemNotice({ problem, retry }: { problem: Problem; retry?: () => void }) {
  return (
    <div class="notice danger" role="alert">
      <p>
        {isNotBuilt(problem) ? "This is described in the API and not built yet." : problem.message}
      </p>
      {problem.violations.length > 0 && (
        <ul>
          {problem.violations.map(({ field, description }) => (
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
