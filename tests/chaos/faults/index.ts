import type { Fault } from "./fault.ts";
import { killGate, pauseGate, skewGateClock } from "./gate-faults.ts";
import { flipNatsBit, killNats, truncateNatsStore, wipeNatsStore } from "./nats-faults.ts";
import { cutConnections, delayConnections, loseReplies } from "./network-faults.ts";
import { killPostgres, killSession, pauseSessions } from "./postgres-faults.ts";
import { killService, pauseService, restartService } from "./service-faults.ts";

/** All that can happen, by its name in reports. */
export const faults = {
  "kill metering": killService("metering"),
  "pause metering": pauseService("metering"),
  "restart metering": restartService("metering"),
  "kill auth": killService("auth"),
  "pause auth": pauseService("auth"),
  "kill billing": killService("billing"),
  "kill nats": killNats,
  "wipe nats": wipeNatsStore,
  "truncate nats": truncateNatsStore,
  "flip a bit of nats": flipNatsBit,
  "kill postgres": killPostgres,
  "kill a session": killSession,
  "pause sessions": pauseSessions,
  "lose replies": loseReplies,
  "cut connections": cutConnections,
  "delay connections": delayConnections,
  "kill a gate": killGate,
  "pause a gate": pauseGate,
  "skew a gate's clock": skewGateClock,
} satisfies Record<string, Fault>;

export type FaultKind = keyof typeof faults;

export const faultKinds = Object.keys(faults) as FaultKind[];
