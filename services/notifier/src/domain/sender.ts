import { isMailable } from "./email-address.ts";
import type { Sender } from "./envelope.ts";
import { oneLine } from "./mail/one-line.ts";

/** Who mail comes from when only an address is set. */
const defaultName = "Tollbook";

/** Reads `Name <address>` or an address alone; undefined if it is neither. */
export function parseSender(text: string): Sender | undefined {
  const [, quoted, address = text.trim()] = /^(.*)<([^<>]*)>\s*$/s.exec(text) ?? [];
  if (!isMailable(address)) return undefined;
  const name = oneLine((quoted ?? "").replace(/^\s*"(.*)"\s*$/s, "$1"));
  return { name: name || defaultName, address };
}
