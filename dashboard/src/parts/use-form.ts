import { useRef, useState } from "preact/hooks";
import { type Problem, problemOf, type Violation } from "../api/problem.ts";
import { requestIds } from "../api/request-id.ts";

/** The fields of a form by their names, as text without blanks around it. */
export type Fields = Record<string, string>;

export interface Form {
  onSubmit: (event: SubmitEvent) => void;
  busy: boolean;
  problem: Problem | undefined;
  /** What is wrong with a field, if anything. */
  faultOf: (field: string) => string | undefined;
  /** What is wrong with things the form has no field for. */
  otherFaults: readonly Violation[];
}

/**
 * Sends a form. `send` gets the fields and a request id: the same one when the same content is
 * sent again, so that a retry after a lost answer changes nothing twice.
 */
export function useForm(send: (fields: Fields, requestId: string) => Promise<void>): Form {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | undefined>(undefined);
  const sent = useRef<Fields>({});
  const idOf = useRef(requestIds());
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    const fields = fieldsOf(event.currentTarget as HTMLFormElement);
    sent.current = fields;
    setBusy(true);
    setProblem(undefined);
    send(fields, idOf.current(fields))
      .catch((error) => setProblem(problemOf(error)))
      .finally(() => setBusy(false));
  };
  const faults = problem?.violations ?? [];
  const faultOf = (field: string) => faults.find((fault) => fault.field === field)?.description;
  const otherFaults = faults.filter(({ field }) => !(field in sent.current));
  return { onSubmit, busy, problem, faultOf, otherFaults };
}

function fieldsOf(form: HTMLFormElement): Fields {
  const entries = [...new FormData(form)].map(([name, value]) => [name, String(value).trim()]);
  return Object.fromEntries(entries);
}
