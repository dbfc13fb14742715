/** The one page of the mailbox: the messages on the left, the chosen one on the right. */
export const mailboxPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Tollbook mailbox</title>
<style>
  :root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
  body { margin: 0; display: grid; grid-template-columns: minmax(16rem, 24rem) 1fr; height: 100vh; }
  nav { overflow: auto; border-right: 1px solid #8884; }
  h1 { font-size: 1rem; margin: 0; padding: .75rem 1rem; display: flex; gap: 1rem; }
  h1 button { margin-left: auto; }
  ol { list-style: none; margin: 0; padding: 0; }
  li button { all: unset; display: block; box-sizing: border-box; width: 100%; cursor: pointer;
    padding: .5rem 1rem; border-top: 1px solid #8884; }
  li button:focus-visible, li button[aria-current] { background: #36c2; }
  small { opacity: .7; display: block; }
  main { display: flex; flex-direction: column; padding: 1rem; overflow: auto; }
  main h2 { margin: 0; }
  pre { white-space: pre-wrap; font: inherit; }
  iframe { flex: 1; min-height: 20rem; border: 1px solid #8884; background: #fff; }
</style>
<nav>
  <h1>Mailbox <button id="empty">Empty it</button></h1>
  <ol id="list"></ol>
</nav>
<main id="message"><p>Every e-mail this platform sends ends here. None leaves this machine.</p></main>
<script type="module">
const list = document.getElementById("list");
const view = document.getElementById("message");
const make = (tag, text, ...children) => {
  const element = document.createElement(tag);
  if (text) element.textContent = text;
  element.append(...children);
  return element;
};
const link = (text, href) => Object.assign(make("a", text), { href, target: "_blank" });
let chosen, shown = "";

function show(message) {
  chosen = message.id;
  const base = "/messages/" + message.id;
  const links = message.attachments.map((part, index) =>
    link(part.name + " (" + part.bytes + " bytes)", base + "/attachments/" + index));
  const about = make("p", "", message.from + " → " + message.to.join(", ") + " ",
    link("source", base + "/source"));
  for (const each of links) about.append(" ", each);
  const frame = Object.assign(document.createElement("iframe"), { src: base + "/html" });
  view.replaceChildren(make("h2", message.subject), about,
    message.hasHtml ? frame : make("pre", message.text));
}

async function refresh() {
  const messages = await (await fetch("/messages")).json();
  const now = JSON.stringify(messages.map((message) => message.id)) + chosen;
  if (now === shown) return;
  shown = now;
  list.replaceChildren(...messages.map((message) => {
    const button = make("button", message.subject || "(no subject)",
      make("small", message.to.join(", ")), make("small", new Date(message.date).toLocaleString()));
    if (message.id === chosen) button.setAttribute("aria-current", "true");
    button.onclick = () => { show(message); refresh(); };
    return make("li", "", button);
  }));
}

document.getElementById("empty").onclick = async () => {
  await fetch("/messages", { method: "DELETE" });
  chosen = undefined;
  view.replaceChildren();
  refresh();
};
const tick = () => refresh().catch(() => {}).finally(() => setTimeout(tick, 2000));
tick();
</script>
</html>
`;
