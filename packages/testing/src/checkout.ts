import { resolve } from "node:path";

/** The root of this checkout, whatever folder the tests were started in. */
export const checkout = resolve(import.meta.dirname, "../../..");
