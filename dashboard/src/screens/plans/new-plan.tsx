import { useState } from "preact/hooks";
import { post } from "../../api/call.ts";
import { currentAccount } from "../../api/session.ts";
import { announce } from "../../parts/announce.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { Field, FormFoot } from "../../parts/field.tsx";
import { type Form, useForm } from "../../parts/use-form.ts";
import { fieldNames, planOf } from "./plan-form.ts";
import { planSentence } from "./plan-words.ts";

interface NewPlanProps {
  onClose: () => void;
  onDone: () => void;
}

/** The simple plan: so much for so many calls, some included, perhaps a monthly quota. */
export function NewPlan({ onClose, onDone }: NewPlanProps) {
  const { currency } = currentAccount();
  const [sentence, setSentence] = useState("");
  const form = useForm(async (fields, requestId) => {
    await post("/v1/plans", { plan: planOf(fields, currency), publish: true, requestId });
    announce("The plan is offered now.");
    onDone();
  });
  const preview = (event: { currentTarget: HTMLFormElement }) => {
    const fields = Object.fromEntries(new FormData(event.currentTarget)) as Record<string, string>;
    setSentence(planSentence(planOf(fields, currency)));
  };
  return (
    <Dialog title="Make a plan" onClose={onClose}>
      <form onSubmit={form.onSubmit} onInput={preview}>
        <Field
          form={form}
          name={fieldNames.name}
          label="Name"
          placeholder="Pay as you go"
          maxLength={100}
          required
        />
        <PriceFields form={form} currency={currency} />
        <QuotaFields form={form} />
        <p class="preview" aria-live="polite">
          {sentence}
        </p>
        <FormFoot form={form} action="Offer this plan" />
      </form>
    </Dialog>
  );
}

function PriceFields({ form, currency }: { form: Form; currency: string }) {
  return (
    <>
      <div class="pair">
        <Field
          form={form}
          name={fieldNames.amount}
          label={`Price (${currency})`}
          placeholder="1.00"
          inputMode="decimal"
          pattern="\d{1,15}(\.\d{1,12})?"
          title="A number such as 1.00"
          hint="Empty: calls cost nothing."
        />
        <Field
          form={form}
          name={fieldNames.units}
          label="Per so many calls"
          defaultValue="1000"
          inputMode="numeric"
          pattern="[1-9]\d{0,12}"
          title="A whole number"
          required
        />
      </div>
      <Field
        form={form}
        name={fieldNames.included}
        label="Calls included each month"
        defaultValue="0"
        inputMode="numeric"
        pattern="\d{1,15}"
        title="A whole number"
        required
      />
    </>
  );
}

function QuotaFields({ form }: { form: Form }) {
  return (
    <>
      <Field
        form={form}
        name={fieldNames.quota}
        label="Monthly quota (calls)"
        inputMode="numeric"
        pattern="\d{1,15}"
        title="A whole number"
        hint="Empty: no limit."
      />
      <fieldset class="choice">
        <legend>Calls above the quota are</legend>
        <label class="check">
          <input
            type="radio"
            name={fieldNames.enforcement}
            value="ENFORCEMENT_HARD"
            defaultChecked
          />
          refused
        </label>
        <label class="check">
          <input type="radio" name={fieldNames.enforcement} value="ENFORCEMENT_SOFT" />
          let through and charged
        </label>
      </fieldset>
    </>
  );
}
