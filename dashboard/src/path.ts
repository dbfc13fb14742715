import { signal } from "@preact/signals";

/** The path shown now. Links to our own pages change it without loading anew. */
export const path = signal(globalThis.location?.pathname ?? "/");

export function go(to: string): void {
  if (to === path.value) return;
  history.pushState(null, "", to);
  path.value = to;
  scrollTo(0, 0);
}

/** Follows clicks on our own links and the browser's back and forward. */
export function followLinks(): void {
  addEventListener("popstate", () => {
    path.value = location.pathname;
  });
  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest?.("a[href]");
    if (!(link instanceof HTMLAnchorElement) || !staysHere(event, link)) return;
    event.preventDefault();
    go(link.pathname);
  });
}

function staysHere(event: MouseEvent, link: HTMLAnchorElement): boolean {
  const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey;
  const own = link.origin === location.origin && !link.target && !link.hasAttribute("download");
  return plain && own && !event.defaultPrevented && isOwnPath(link.pathname);
}

const ownPaths = /^\/(|sign-in|sign-up|customers|customers\/[^/]+|plans|invoices|settings)$/;

function isOwnPath(pathname: string): boolean {
  return ownPaths.test(pathname);
}
