import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** A page's heading. It takes the focus when the page is shown, so that it is read out. */
export function PageHead(props: { title: string; children?: ComponentChildren; lead?: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${props.title} · Tollbook`;
    heading.current?.focus({ preventScroll: true });
  }, [props.title]);
  return (
    <header class="page-head">
      <div>
        <h1 ref={heading} tabIndex={-1}>
          {props.title}
        </h1>
        {props.lead && <p class="quiet">{props.lead}</p>}
      </div>
      <div class="actions">{props.children}</div>
    </header>
  );
}
