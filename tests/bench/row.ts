import type { World } from "./world/start-world.ts";

/** What one round of a side gave, and what it cost. */
export interface Figure {
  readonly value: number;
  /** What else is worth printing: CPU by process, percentiles. */
  readonly notes?: Readonly<Record<string, number>>;
}

/** Both sides of a row, ready to be measured in turn; each call is one round. */
export interface Sides {
  product(): Promise<Figure>;
  limit(): Promise<Figure>;
  close(): Promise<void>;
}

/** One line of the report: the product beside what the machine can do at most. */
export interface Row {
  readonly name: string;
  /** What is measured: "events/s", "ms at p50". */
  readonly unit: string;
  readonly limitName: string;
  /** The ratio, product to limit, that is wanted: at least or at most. */
  readonly goal: { readonly atLeast: number } | { readonly atMost: number };
  /** Which world it needs; rows of the same world share it. */
  readonly rawEvents?: boolean;
  /** Takes minutes, and so is measured only when asked for by name. */
  readonly long?: boolean;
  prepare(world: World, options: RowOptions): Promise<Sides>;
}

/** The other side of a row whose limit is a figure that was promised. */
export function promised(value: number): () => Promise<Figure> {
  return async () => ({ value });
}

/** How long to measure. */
export interface RowOptions {
  readonly seconds: number;
}
