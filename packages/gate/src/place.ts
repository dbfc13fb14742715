import type { Bundle } from "./bundle.ts";
import type { CellDraft, CellShelf, CountedCall } from "./usage-cell.ts";

/** Calls of one key to one endpoint: how they are counted, and the bundle that limits them. */
export class Place implements CellShelf {
  readonly identity: CountedCall["identity"];
  readonly bundle: Bundle;
  readonly #endpoint: string;
  readonly #method: string;
  readonly #unitsPerCall: number;
  /** Whether the key's scopes allow the endpoint. */
  readonly inScope: boolean;
  /** Cells of usage that are still open, for the recorder. */
  cells: CellDraft[] = [];

  constructor(identity: CountedCall["identity"], bundle: Bundle, inScope: boolean) {
    this.identity = identity;
    this.bundle = bundle;
    this.inScope = inScope;
    this.#endpoint = identity.endpoint;
    this.#method = identity.method;
    this.#unitsPerCall = bundle.group.unitsPerCall;
  }

  /** Whether such a call belongs here. */
  is(method: string, endpoint: string, unitsPerCall: number): boolean {
    return (
      endpoint === this.#endpoint && method === this.#method && unitsPerCall === this.#unitsPerCall
    );
  }
}
