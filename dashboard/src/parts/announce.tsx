import { signal } from "@preact/signals";

const said = signal("");
let forget: ReturnType<typeof setTimeout> | undefined;

const shownMs = 4_000;

/** Says something in passing, to eyes and to screen readers: "Copied." */
export function announce(sentence: string): void {
  clearTimeout(forget);
  said.value = sentence;
  forget = setTimeout(() => {
    said.value = "";
  }, shownMs);
}

/** Where it is said; stands once on the page. */
export function Announcements() {
  return (
    <output class="announcement" data-shown={said.value !== ""}>
      {said.value}
    </output>
  );
}
