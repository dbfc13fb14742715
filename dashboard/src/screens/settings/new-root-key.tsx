import { useState } from "preact/hooks";
import { post } from "../../api/call.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { Field, FormFoot } from "../../parts/field.tsx";
import { Secret } from "../../parts/secret.tsx";
import { useForm } from "../../parts/use-form.ts";

const scopes = [
  ["gate:check", "Check calls, hold leases"],
  ["usage:write", "Record usage"],
  ["usage:read", "Read usage and quotas"],
  ["usage:correct", "Take usage back"],
  ["customers:read", "Read customers"],
  ["customers:write", "Change customers"],
  ["keys:read", "Read keys"],
  ["keys:write", "Issue and revoke keys"],
  ["billing:read", "Read plans and invoices"],
  ["billing:write", "Change plans, bill"],
  ["account:read", "Read the account"],
  ["account:write", "Change the account"],
] as const;

/** What the embedded gate of an API needs. */
const usual = new Set<string>(["gate:check", "usage:write"]);

export function NewRootKey({ onClose, onMade }: { onClose: () => void; onMade: () => void }) {
  const [secret, setSecret] = useState("");
  const form = useForm(async ({ name, ...rest }, requestId) => {
    const chosen = scopes.map(([scope]) => scope).filter((scope) => rest[scope] === "on");
    const request = { name, scopes: chosen, requestId };
    const made = await post<{ secret: string }>("/v1/root-keys", request);
    setSecret(made.secret);
    onMade();
  });
  if (secret !== "") {
    return (
      <Dialog title="Root key created" onClose={onClose}>
        <Secret label="Copy it now: it is not shown again." value={secret} />
        <footer>
          <button type="button" class="plain" onClick={onClose}>
            Done
          </button>
        </footer>
      </Dialog>
    );
  }
  return (
    <Dialog title="Create a root key" onClose={onClose}>
      <form onSubmit={form.onSubmit}>
        <Field
          form={form}
          name="name"
          label="Name"
          placeholder="production API"
          maxLength={100}
          required
        />
        <fieldset class="choice grid">
          <legend>It may</legend>
          {scopes.map(([scope, meaning]) => (
            <label key={scope} class="check">
              <input type="checkbox" name={scope} defaultChecked={usual.has(scope)} />
              <span>
                {meaning} <code class="under">{scope}</code>
              </span>
            </label>
          ))}
        </fieldset>
        <FormFoot form={form} action="Create root key" />
      </form>
    </Dialog>
  );
}
