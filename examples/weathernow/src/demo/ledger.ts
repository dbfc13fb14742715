/** Calls of one customer to one endpoint with one kind of outcome. */
export interface Line {
  externalId: string;
  endpoint: string;
  /** 2 for 2xx, 4 for 4xx; 0 for refused calls. */
  statusClass: number;
  calls: number;
  refused: number;
}

/** What the callers themselves saw: each answer, as it came back over HTTP. */
export class Ledger {
  readonly #lines = new Map<string, Line>();
  readonly #undecided = new Map<string, number>();

  /** Notes an answer. A call turned away by a limit (429), or undecided (503), did not go through. */
  note(externalId: string, endpoint: string, status: number): void {
    const isRefused = status === 429 || status === 503;
    if (status === 503) this.#undecided.set(externalId, this.undecidedOf(externalId) + 1);
    const statusClass = isRefused ? 0 : Math.floor(status / 100);
    const line = this.#lineOf(externalId, endpoint, statusClass);
    if (isRefused) line.refused += 1;
    else line.calls += 1;
  }

  /** Calls of a customer that could not be decided (503), and were made again. */
  undecidedOf(externalId: string): number {
    return this.#undecided.get(externalId) ?? 0;
  }

  /** All calls that could not be decided. */
  get undecided(): number {
    return [...this.#undecided.values()].reduce((sum, calls) => sum + calls, 0);
  }

  get lines(): readonly Line[] {
    return [...this.#lines.values()];
  }

  #lineOf(externalId: string, endpoint: string, statusClass: number): Line {
    const name = `${externalId} ${statusClass} ${endpoint}`;
    const line = this.#lines.get(name);
    if (line) return line;
    const fresh = { externalId, endpoint, statusClass, calls: 0, refused: 0 };
    this.#lines.set(name, fresh);
    return fresh;
  }
}

/** Sums of the lines that a test lets through. */
export function sumOf(lines: readonly Line[], test: (line: Line) => boolean) {
  const those = lines.filter(test);
  return {
    calls: those.reduce((sum, { calls }) => sum + calls, 0),
    refused: those.reduce((sum, { refused }) => sum + refused, 0),
  };
}
