/**
 * Business time: what events, periods, seals and due dates go by. In local mode it may start at
 * any date and travel forward. Ids, leases, tokens and retries go by the wall clock, never this.
 */
export interface Clock {
  /** The business time now. */
  now(): Date;
  /**
   * Has `listener` called after each journey, with the time arrived at; schedulers look at their
   * due dates then. Returns the function that stops it.
   */
  onTravel(listener: TravelListener): () => void;
}

/** Told after each journey; what it throws reaches the one who travelled. */
export type TravelListener = (now: Date) => void;

/** The wall clock as business time: everywhere but in local mode. It never travels. */
export const systemClock: Clock = {
  now: () => new Date(),
  onTravel: () => () => {},
};
