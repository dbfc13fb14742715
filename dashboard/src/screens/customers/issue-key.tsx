import { useState } from "preact/hooks";
import { post } from "../../api/call.ts";
import type { Customer, IssuedKey } from "../../api/shapes.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { Field, FormFoot } from "../../parts/field.tsx";
import { Secret } from "../../parts/secret.tsx";
import { useForm } from "../../parts/use-form.ts";

interface IssueKeyProps {
  customer: Customer;
  onClose: () => void;
  onIssued: () => void;
}

export function IssueKey({ customer, onClose, onIssued }: IssueKeyProps) {
  const [issued, setIssued] = useState<IssuedKey | undefined>(undefined);
  const { customerId } = customer;
  const form = useForm(async ({ name, test }, requestId) => {
    const request = { customerId, name, test: test === "on", requestId };
    const { keys } = await post<{ keys: IssuedKey[] }>("/v1/keys:issue", request);
    setIssued(keys[0]);
    onIssued();
  });
  if (issued) return <Issued issued={issued} customer={customer} onClose={onClose} />;
  return (
    <Dialog title={`Issue a key to ${customer.name}`} onClose={onClose}>
      <form onSubmit={form.onSubmit}>
        <Field
          form={form}
          name="name"
          label="Name"
          defaultValue="production"
          hint="To tell their keys apart."
          maxLength={100}
        />
        <label class="check">
          <input type="checkbox" name="test" /> A test key: counted, never billed
        </label>
        <FormFoot form={form} action="Issue key" />
      </form>
    </Dialog>
  );
}

function Issued(props: { issued: IssuedKey; customer: Customer; onClose: () => void }) {
  const { secret } = props.issued;
  return (
    <Dialog title="Key issued" onClose={props.onClose}>
      {secret === "" ? (
        <p>
          This key was issued before, and its secret was shown then. Revoke it and issue another.
        </p>
      ) : (
        <Secret
          label={`Send it to ${props.customer.name}. It is not shown again.`}
          value={secret}
        />
      )}
      <footer>
        <button type="button" class="plain" onClick={props.onClose}>
          Done
        </button>
      </footer>
    </Dialog>
  );
}
