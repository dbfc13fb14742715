import { handedOn } from "./config.ts";

/** What not every machine can give to a test. */
export type Need = "postgres" | "nats" | "chromium";

/**
 * Options of `describe` or `it` for tests that need such a thing. Where `npm test` found that it
 * cannot be had, they are reported as skipped, by name and with the reason:
 * `describe("the relay", needs("nats"), () => …)`. In CI such a skip is a failure.
 */
export function needs(...things: readonly Need[]): { skip?: string } {
  const { missing } = handedOn();
  const absent = things.filter((thing) => missing[thing] !== undefined);
  if (absent.length === 0) return {};
  return { skip: absent.map((thing) => `without ${thing}: ${missing[thing]}`).join("; ") };
}
