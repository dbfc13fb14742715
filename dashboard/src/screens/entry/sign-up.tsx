import { useState } from "preact/hooks";
import { open } from "../../api/call.ts";
import { session } from "../../api/session.ts";
import type { Account, Member } from "../../api/shapes.ts";
import { Field, FormFoot, Select } from "../../parts/field.tsx";
import { type Form, useForm } from "../../parts/use-form.ts";
import { EntryPage } from "./entry-page.tsx";
import { FirstKey } from "./first-key.tsx";

interface SignedUp {
  account: Account;
  member: Member;
  rootKeySecret: string;
}

/** Opens an account; its first root key is shown before anything else. */
export function SignUp() {
  const [opened, setOpened] = useState<SignedUp | undefined>(undefined);
  const form = useForm(async (fields, requestId) => {
    setOpened(await open<SignedUp>("/dashboard-session/sign-up", { ...fields, requestId }));
  });
  if (opened !== undefined) {
    const { account, member, rootKeySecret } = opened;
    const enter = () => {
      session.value = { account, member };
    };
    return <FirstKey secret={rootKeySecret} onDone={enter} />;
  }
  return (
    <EntryPage
      title="Open an account"
      lead="Count your API's calls, limit them, and bill for them."
    >
      <form onSubmit={form.onSubmit}>
        <SignUpFields form={form} />
        <FormFoot form={form} action="Open the account" />
      </form>
      <p class="quiet">
        You have one? <a href="/sign-in">Sign in</a>
      </p>
    </EntryPage>
  );
}

function SignUpFields({ form }: { form: Form }) {
  return (
    <>
      <Field
        form={form}
        name="accountName"
        label="Name of your API or company"
        placeholder="WeatherNow"
        autocomplete="organization"
        maxLength={100}
        required
      />
      <Field form={form} name="memberName" label="Your name" autocomplete="name" maxLength={100} />
      <Field
        form={form}
        name="email"
        label="E-mail"
        type="email"
        autocomplete="username"
        required
      />
      <Field
        form={form}
        name="password"
        label="Password"
        type="password"
        autocomplete="new-password"
        hint="At least 10 characters."
        minLength={10}
        maxLength={256}
        required
      />
      <PlaceFields form={form} />
    </>
  );
}

function PlaceFields({ form }: { form: Form }) {
  return (
    <div class="pair">
      <Select
        form={form}
        name="timeZone"
        label="Time zone"
        hint="Days and months are counted in it."
      >
        {timeZones().map((zone) => (
          <option key={zone} value={zone} selected={zone === likelyZone()}>
            {zone}
          </option>
        ))}
      </Select>
      <Field
        form={form}
        name="currency"
        label="Currency"
        hint="ISO code: INR, USD, EUR…"
        defaultValue="INR"
        pattern="[A-Z]{3}"
        maxLength={3}
        required
      />
    </div>
  );
}

/** Browsers still call India's zone by its old name. */
const renamed: Readonly<Record<string, string>> = {
  "Asia/Calcutta": "Asia/Kolkata",
  "Asia/Katmandu": "Asia/Kathmandu",
};

function likelyZone(): string {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return renamed[timeZone] ?? timeZone;
}

function timeZones(): string[] {
  const known = Intl.supportedValuesOf("timeZone").map((zone) => renamed[zone] ?? zone);
  return [...new Set([...known, likelyZone(), "UTC"])].sort();
}
