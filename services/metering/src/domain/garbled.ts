/** Control characters, which no name has, and U+FFFD, which bytes become that are no UTF-8. */
const GARBLED = /[\p{Cc}\ufffd]/u;

/** Whether a text cannot be the name of anything. */
export function isGarbled(text: string): boolean {
  return GARBLED.test(text);
}
