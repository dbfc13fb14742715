import type { GivenSettings } from "./settings.ts";

/** Settings from the environment: what the host's code does not say itself. */
export function settingsFromEnvironment(): GivenSettings {
  const { TOLLBOOK_URL, TOLLBOOK_KEY, TOLLBOOK_MODE, TOLLBOOK_SPOOL } = process.env;
  return { url: TOLLBOOK_URL, key: TOLLBOOK_KEY, mode: TOLLBOOK_MODE, spool: TOLLBOOK_SPOOL };
}
