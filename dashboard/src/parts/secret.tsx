import { useId, useRef } from "preact/hooks";
import { announce } from "./announce.tsx";

/** A secret that is shown only now, with a button that copies it. */
export function Secret({ label, value }: { label: string; value: string }) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const copy = async () => {
    input.current?.select();
    try {
      await navigator.clipboard.writeText(value);
      announce("Copied.");
    } catch {
      announce("Selected: copy it with your keyboard.");
    }
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="secret">
        <input id={id} ref={input} readOnly value={value} onFocus={() => input.current?.select()} />
        <button type="button" class="primary" onClick={copy}>
          Copy
        </button>
      </div>
    </div>
  );
}
