/** Calls of one customer to one endpoint with one kind of outcome. */
export interface Line {
  externalId: string;
  endpoint: string;
  /** 2 for 2xx, 4 for 4xx; 0 for calls that did not go through. */
  statusClass: number;
  /** Calls that went through. */
  calls: number;
  /** Calls turned away. */
  refused: number;
  /** Calls that could not be decided in time (503). Tollbook tells them among the refused. */
  undecided: number;
}

/** What the callers themselves saw: each answer, as it came back over HTTP. */
export class Ledger {
  readonly #lines = new Map<string, Line>();

  /** Notes an answer. */
  note(externalId: string, endpoint: string, status: number): void {
    const turnedAway = status === 429 || status === 503;
    const line = this.#lineOf(externalId, endpoint, turnedAway ? 0 : Math.floor(status / 100));
    if (status === 503) line.undecided += 1;
    else if (status === 429) line.refused += 1;
    else line.calls += 1;
  }

  get lines(): readonly Line[] {
    return [...this.#lines.values()];
  }

  #lineOf(externalId: string, endpoint: string, statusClass: number): Line {
    const name = `${externalId} ${statusClass} ${endpoint}`;
    const line = this.#lines.get(name);
    if (line) return line;
    const fresh = { externalId, endpoint, statusClass, calls: 0, refused: 0, undecided: 0 };
    this.#lines.set(name, fresh);
    return fresh;
  }
}

/** Sums of the lines that a test lets through; without a test, of all. */
export function sumOf(lines: readonly Line[], test: (line: Line) => boolean = () => true) {
  const sums = { calls: 0, refused: 0, undecided: 0 };
  for (const line of lines.filter(test)) {
    sums.calls += line.calls;
    sums.refused += line.refused;
    sums.undecided += line.undecided;
  }
  return sums;
}
