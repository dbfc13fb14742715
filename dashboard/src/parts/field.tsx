import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";
import { ProblemNotice } from "./notice.tsx";
import type { Form } from "./use-form.ts";

interface Labelled {
  /** The field's path in the API: its complaints are shown here. */
  name: string;
  label: string;
  hint?: string;
  form: Form;
}

interface FieldProps extends Labelled {
  type?: "text" | "email" | "password";
  inputMode?: "numeric" | "decimal";
  autocomplete?: string;
  placeholder?: string;
  defaultValue?: string;
  pattern?: string;
  /** What the pattern means, for those who miss it. */
  title?: string;
  minLength?: number;
  maxLength?: number;
  required?: boolean;
}

/** A labelled input with its hint, and what the service said is wrong with it. */
export function Field({ label, hint, form, ...input }: FieldProps) {
  const id = useId();
  const fault = form.faultOf(input.name);
  const attributes = input as JSX.IntrinsicElements["input"];
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        aria-describedby={`${id}-hint`}
        aria-invalid={fault !== undefined}
        {...attributes}
      />
      <Hint id={`${id}-hint`} hint={hint} fault={fault} />
    </div>
  );
}

/** A labelled choice from a list. */
export function Select(props: Labelled & { children: ComponentChildren }) {
  const { name, label, hint, form, children } = props;
  const id = useId();
  const fault = form.faultOf(name);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        name={name}
        aria-describedby={`${id}-hint`}
        aria-invalid={fault !== undefined}
      >
        {children}
      </select>
      <Hint id={`${id}-hint`} hint={hint} fault={fault} />
    </div>
  );
}

function Hint(props: { id: string; hint: string | undefined; fault: string | undefined }) {
  if (props.fault) {
    return (
      <p id={props.id} class="fault">
        {props.fault}
      </p>
    );
  }
  return (
    <p id={props.id} class="quiet">
      {props.hint}
    </p>
  );
}

/** The foot of a form: what went wrong with the whole of it, and its button. */
export function FormFoot(props: { form: Form; action: string; children?: ComponentChildren }) {
  const { problem, busy, otherFaults } = props.form;
  return (
    <>
      {problem && <ProblemNotice problem={problem} violations={otherFaults} />}
      <footer>
        {props.children}
        <button type="submit" class="primary" disabled={busy}>
          {busy ? "One moment…" : props.action}
        </button>
      </footer>
    </>
  );
}
