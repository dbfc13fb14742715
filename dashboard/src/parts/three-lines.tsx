const setting = "TOLLBOOK_URL=http://127.0.0.1:50051 TOLLBOOK_KEY=tb_root_…";

const lines = `import { tollbook } from "@tollbook/sdk/express";

const app = express();
app.use(tollbook());`;

/** What the owner's API needs, to be counted and limited. */
export function ThreeLines() {
  return (
    <div class="snippet">
      <p class="quiet">In your Express API, above its routes:</p>
      <pre>
        <code>{lines}</code>
      </pre>
      <p class="quiet">Started with:</p>
      <pre>
        <code>{setting}</code>
      </pre>
    </div>
  );
}
