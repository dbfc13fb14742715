import type { PepperList } from "../config.ts";
import type { Peppers } from "../domain/pepper.ts";

const pepperBytesMin = 32;

/** The peppers of the settings; an Error names what is wrong with them. */
export function readPeppers({ peppers }: PepperList): Peppers {
  if (!Array.isArray(peppers) || peppers.length === 0) {
    throw new Error('TOLLBOOK_AUTH_PEPPERS must be {"peppers": [...]} with at least one.');
  }
  return peppers.map((text, index) => {
    const pepper = Buffer.from(String(text), "base64");
    if (pepper.length >= pepperBytesMin) return pepper;
    const sentence = `Pepper ${index + 1} of TOLLBOOK_AUTH_PEPPERS is not base64 of`;
    throw new Error(`${sentence} at least ${pepperBytesMin} bytes.`);
  });
}
