import { post } from "../../api/call.ts";
import type { Customer } from "../../api/shapes.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { Field, FormFoot } from "../../parts/field.tsx";
import { useForm } from "../../parts/use-form.ts";
import { go } from "../../path.ts";

export function NewCustomer({ onClose }: { onClose: () => void }) {
  const form = useForm(async (fields, requestId) => {
    const answer = await post<{ customer: Customer }>("/v1/customers", { ...fields, requestId });
    go(`/customers/${answer.customer.customerId}`);
  });
  return (
    <Dialog title="Add a customer" onClose={onClose}>
      <form onSubmit={form.onSubmit}>
        <Field
          form={form}
          name="name"
          label="Name"
          placeholder="ABC Pvt Ltd"
          hint="As it stands on their invoice."
          maxLength={200}
          required
        />
        <Field
          form={form}
          name="externalId"
          label="Your id for them"
          placeholder="abc"
          hint="Optional: what your own systems call them. It cannot be changed."
          maxLength={100}
        />
        <Field
          form={form}
          name="email"
          label="E-mail"
          type="email"
          hint="Optional: where their invoices go."
        />
        <FormFoot form={form} action="Add customer" />
      </form>
    </Dialog>
  );
}
