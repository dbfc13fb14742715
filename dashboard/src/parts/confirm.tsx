import type { ComponentChildren } from "preact";
import { Dialog } from "./dialog.tsx";
import { FormFoot } from "./field.tsx";
import { useForm } from "./use-form.ts";

interface ConfirmProps {
  title: string;
  /** What the button does: "Revoke key". */
  action: string;
  onConfirm: () => Promise<void>;
  onClose: () => void;
  children: ComponentChildren;
}

/** Asks before something that cannot be taken back. */
export function Confirm({ title, action, onConfirm, onClose, children }: ConfirmProps) {
  const form = useForm(async () => {
    await onConfirm();
    onClose();
  });
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={form.onSubmit} class="destructive">
        {children}
        <FormFoot form={form} action={action}>
          <button type="button" class="plain" onClick={onClose}>
            Keep it
          </button>
        </FormFoot>
      </form>
    </Dialog>
  );
}
