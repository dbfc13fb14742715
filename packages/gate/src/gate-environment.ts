import type { BusinessTime } from "./business-time.ts";
import type { EventMeters } from "./event-meters.ts";
import type { ElapsedClock, GateClock } from "./gate-clock.ts";
import type { GateObserver } from "./gate-observer.ts";
import type { GatePorts } from "./gate-ports.ts";
import type { GateSettings } from "./gate-settings.ts";

/** What the parts of one gate share. */
export interface GateEnvironment {
  readonly ports: GatePorts;
  readonly settings: GateSettings;
  readonly clock: GateClock;
  readonly elapsed: ElapsedClock;
  readonly business: BusinessTime;
  readonly observer: GateObserver;
  readonly eventMeters: EventMeters;
  /** From 0 to 1, for jitter. */
  readonly random: () => number;
}
