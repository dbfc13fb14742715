import { BusinessTime } from "./business-time.ts";
import { EventMeters } from "./event-meters.ts";
import { Gate } from "./gate.ts";
import type { GateClock } from "./gate-clock.ts";
import { ElapsedClock, systemGateClock } from "./gate-clock.ts";
import { type GateObserver, quietly } from "./gate-observer.ts";
import type { GatePorts } from "./gate-ports.ts";
import type { GateSettings } from "./gate-settings.ts";
import { GATE_DEFAULTS } from "./gate-settings.ts";

/** What a gate is made of; only the ports have no default. */
export interface GateOptions {
  readonly ports: GatePorts;
  readonly settings?: Partial<GateSettings> | undefined;
  readonly clock?: GateClock | undefined;
  readonly observer?: GateObserver | undefined;
  /** Numbers from 0 to 1, for jitter. */
  readonly random?: (() => number) | undefined;
}

/** A gate of one account. It does nothing until it is started or asked. */
export function createGate(options: GateOptions): Gate {
  const { ports, clock = systemGateClock, observer = {}, random = Math.random } = options;
  const elapsed = new ElapsedClock(clock);
  return new Gate({
    ...{ ports, clock, elapsed, random },
    observer: quietly(observer),
    settings: { ...GATE_DEFAULTS, ...options.settings },
    business: new BusinessTime(clock.wallMs(), elapsed.now()),
    eventMeters: new EventMeters(),
  });
}
