/** Which part of a list is asked for. Ids are UUIDv7, so newest first is greatest id first. */
export interface Page {
  readonly size: number;
  /** The last id of the page before. */
  readonly beforeId: string | undefined;
}
