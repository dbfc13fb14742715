/**
 * Which meters need each call as an event of its own (they look at properties, greatest or
 * distinct values). Metering names them in every answer and receipt.
 */
export class EventMeters {
  #meterIds: readonly string[] = [];

  /** The list as the newest message has it. */
  hear(meterIds: readonly string[]): void {
    this.#meterIds = meterIds;
  }

  /**
   * Whether calls may be folded into cells. Which calls such a meter looks at is metering's to
   * know, so while there is one, every call stays an event.
   */
  get allowFolding(): boolean {
    return this.#meterIds.length === 0;
  }
}
