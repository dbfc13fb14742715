import { open } from "../../api/call.ts";
import { session } from "../../api/session.ts";
import type { Account, Member } from "../../api/shapes.ts";
import { Field, FormFoot } from "../../parts/field.tsx";
import { useForm } from "../../parts/use-form.ts";
import { go } from "../../path.ts";
import { EntryPage } from "./entry-page.tsx";

export function SignIn() {
  const form = useForm(async ({ email, password }) => {
    session.value = await open<{ account: Account; member: Member }>("/dashboard-session/sign-in", {
      email,
      password,
    });
    go("/");
  });
  return (
    <EntryPage title="Sign in">
      <form onSubmit={form.onSubmit}>
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
          autocomplete="current-password"
          required
        />
        <FormFoot form={form} action="Sign in" />
      </form>
      <p class="quiet">
        New here? <a href="/sign-up">Open an account</a>
      </p>
    </EntryPage>
  );
}
