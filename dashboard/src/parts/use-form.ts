import { useRef, useState } from "preact/hooks";
import { type Problem, problemOf } from "../api/problem.ts";
import { requestIds } from "../api/request-id.ts";

/** The fields of a form by their names, as text without blanks around it. */
export type Fields = Record<string, string>;

export interface Form {
  onSubmit: (event: SubmitEvent) => void;
  busy: boolean;
  problem: Problem | undefined;
  /** What is wrong with a field, if anything. */
  faultOf: (field: string) => string | undefined;
}

/**
 * Sends a form. `send` gets the fields and a request id: the same one when the same content is
 * sent again, so that a retry after a lost answer changes nothing twice.
 */
export function useForm(send: (fields: Fields, requestId: string) => Promise<void>): Form {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | undefined>(undefined);
  const idOf = useRef(requestIds());
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    const fields = fieldsOf(event.currentTarget as HTMLFormElement);
    setBusy(true);
    setProblem(undefined);
    send(fields, idOf.current(fields))
      .catch((error) => setProblem(problemOf(error)))
      .finally(() => setBusy(false));
  };
  const faultOf = (field: string) =>
    problem?.violations.find((violation) => violation.field === field)?.description;
  return { onSubmit, busy, problem, faultOf };
}

function fieldsOf(form: HTMLFormElement): Fields {
  const entries = [...new FormData(form)].map(([name, value]) => [name, String(value).trim()]);
  return Object.fromEntries(entries);
}
