import { styleText } from "node:util";

/** Figures that must be equal; what is not is said in red at once, and remembered. */
export class Checks {
  #passed = 0;
  #failed = 0;

  /** One figure. */
  equal(what: string, expected: string | number, found: string | number | undefined): void {
    if (found === expected) {
      this.#passed += 1;
      return;
    }
    this.#failed += 1;
    const line = `✗ ${what}: expected ${expected}, found ${found ?? "nothing"}`;
    console.error(styleText("red", line, { stream: process.stderr }));
  }

  /** Figures that were right. */
  get passed(): number {
    return this.#passed;
  }

  /** Figures that were wrong. */
  get failed(): number {
    return this.#failed;
  }
}
