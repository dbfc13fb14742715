import { DomainError, type FieldViolation } from "./domain-error.ts";

/** A batch of 10,000 bad items must not make an answer of 10,000 sentences. */
export const VIOLATIONS_MAX = 100;

/**
 * Collects everything that is wrong with a request, so that the caller is told at once. The first
 * `VIOLATIONS_MAX` are kept word for word, the rest only counted.
 */
export class Violations {
  readonly #kept: FieldViolation[] = [];
  #count = 0;

  /** How many faults there are, kept or not. */
  get count(): number {
    return this.#count;
  }

  /** The faults kept so far, in the order they were found. */
  get list(): readonly FieldViolation[] {
    return this.#kept;
  }

  /** Notes one fault. `reason` is UPPER_SNAKE, `description` a sentence that is safe to show. */
  add(field: string, reason: string, description: string): void {
    this.#count += 1;
    if (this.#kept.length < VIOLATIONS_MAX) this.#kept.push({ field, reason, description });
  }

  /**
   * Runs a parser that throws; if it refuses with an "invalid" DomainError, its faults are kept
   * and `fallback` is returned, so that the next field can be looked at. Other errors pass.
   */
  attempt<T>(parse: () => T): T | undefined;
  attempt<T>(parse: () => T, fallback: T): T;
  attempt<T>(parse: () => T, fallback?: T): T | undefined {
    try {
      return parse();
    } catch (error) {
      if (!(error instanceof DomainError) || error.violations === undefined) throw error;
      for (const { field, reason, description } of error.violations) {
        this.add(field, reason, description);
      }
      return fallback;
    }
  }

  /**
   * Throws one "invalid" DomainError with all faults, or does nothing if there are none.
   * `metadata.violations` is the full count.
   */
  throwIfAny(reason = "INVALID_REQUEST", sentence = this.#sentence()): void {
    if (this.#count === 0) return;
    const metadata = { violations: String(this.#count) };
    throw new DomainError("invalid", reason, sentence, metadata, { violations: [...this.#kept] });
  }

  #sentence(): string {
    const [first] = this.#kept;
    if (first === undefined) return "";
    const others = this.#count - 1;
    const more = others === 0 ? "" : ` And ${others} more.`;
    return `${first.field}: ${first.description}${more}`;
  }
}
