/** Something that cannot be explained: the run has failed. */
export interface Finding {
  /** A sentence. */
  readonly what: string;
  /** The ids or figures that differ. */
  readonly details: readonly string[];
}

/** No finding if nothing differs. */
export function findingOf(what: string, details: readonly string[]): Finding[] {
  return details.length === 0 ? [] : [{ what, details }];
}
