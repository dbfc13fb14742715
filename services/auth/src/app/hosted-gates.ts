import {
  createGate,
  type Gate,
  type GateObserver,
  type GatePorts,
  type GateSettings,
} from "@tollbook/gate";
import { LRUCache } from "lru-cache";

/** Gates of accounts that have not asked for this long give their leases back. */
const idleMs = 15 * 60 * 1_000;
/** Accounts served at once by one process; past it the least active one is put away. */
const gatesMax = 2_000;
/** A gate that stops has this long to return its leases and to get its usage acknowledged. */
const stopWithinMs = 5_000;

/**
 * How long calls wait. An embedded gate must not hold its host up; whoever asks over the network
 * waits for an answer anyway, with a deadline of its own, and a late yes is worth more to it than a
 * quick "unknown".
 */
export type HostedPatience = Pick<GateSettings, "firstCallMs" | "leaseWaitMs">;

/** The gates this process hosts, one for each account that asks it. */
export interface HostedGates {
  of(accountId: string): Gate;
  stop(): Promise<void>;
}

/** Makes a gate for an account at its first call and puts it away when it has been idle. */
export function hostedGates(
  portsOf: (accountId: string) => GatePorts,
  observer: GateObserver,
  { firstCallMs, leaseWaitMs }: HostedPatience,
): HostedGates {
  const stopping = new Set<Promise<unknown>>();
  const putAway = (gate: Gate): void => {
    const stopped = gate.stop(stopWithinMs).finally(() => stopping.delete(stopped));
    stopping.add(stopped);
  };
  const gates = new LRUCache<string, Gate>({
    max: gatesMax,
    ttl: idleMs,
    ttlAutopurge: true,
    updateAgeOnGet: true,
    dispose: putAway,
  });
  return {
    of(accountId) {
      const known = gates.get(accountId);
      if (known) return known;
      const settings = { firstCallMs, leaseWaitMs };
      const gate = createGate({ ports: portsOf(accountId), settings, observer });
      gate.start();
      gates.set(accountId, gate);
      return gate;
    },
    async stop() {
      gates.clear();
      await Promise.allSettled(stopping);
    },
  };
}
