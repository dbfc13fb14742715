/** The binds of one statement, numbered as they are added. */
export class Binds {
  readonly values: unknown[] = [];

  /** Adds a value and gives its place, such as `$3`. */
  add(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}
