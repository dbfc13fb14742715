import type { Fault } from "./fault.ts";

/** Ids of usage may be five minutes ahead: a clock further off is refused, and told. */
const skewMsMax = 4 * 60_000;

export const killGate: Fault = ({ gates }, random) => {
  return random.pick(gates).kill(random.between(0, 500));
};

/** For less than its leases last, or for longer. */
export const pauseGate: Fault = ({ gates }, random) => {
  return random.pick(gates).pause(random.between(300, 5_000));
};

/** Its wall clock is set forward or back, and some seconds later right again. */
export const skewGateClock: Fault = ({ gates }, random) => {
  const ms = random.between(1_000, skewMsMax) * (random.chance(0.5) ? 1 : -1);
  return random.pick(gates).skew(ms, random.between(500, 4_000));
};
