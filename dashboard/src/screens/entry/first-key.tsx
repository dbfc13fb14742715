import { Secret } from "../../parts/secret.tsx";
import { ThreeLines } from "../../parts/three-lines.tsx";
import { go } from "../../path.ts";
import { EntryPage } from "./entry-page.tsx";

/** The root key of a new account, shown this once, with what it is for. */
export function FirstKey({ secret, onDone }: { secret: string; onDone: () => void }) {
  const enter = () => {
    onDone();
    go("/");
  };
  return (
    <EntryPage title="Your root key" lead="Your API uses it to talk to Tollbook.">
      <Secret label="Copy it now: it is not shown again." value={secret} />
      <ThreeLines />
      <footer>
        <button type="button" class="primary" onClick={enter}>
          I have saved it
        </button>
      </footer>
    </EntryPage>
  );
}
