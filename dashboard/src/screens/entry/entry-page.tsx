import type { ComponentChildren } from "preact";

/** The frame of the pages before the sign-in. */
export function EntryPage(props: { title: string; lead?: string; children: ComponentChildren }) {
  return (
    <main class="entry">
      <p class="brand">Tollbook</p>
      <div class="panel">
        <h1>{props.title}</h1>
        {props.lead && <p class="quiet">{props.lead}</p>}
        {props.children}
      </div>
    </main>
  );
}
