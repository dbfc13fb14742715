import type { GatePorts, KeyNews } from "@tollbook/gate";

/** Ports whose open stream keeps the process alive, until it is let go of. */
export interface HeldPorts {
  readonly ports: GatePorts;
  /**
   * Closes the stream of key changes without a word: the gate goes on with what it knows, and a
   * host that has nothing else to do can end.
   */
  letGo(): void;
  isLetGo(): boolean;
}

/** Wraps the ports of a gate. */
export function heldPorts(ports: GatePorts): HeldPorts {
  const held = new AbortController();
  return {
    ports: {
      ...ports,
      watchKeys: (sinceVersion, signal) => watchWhileHeld(ports, sinceVersion, signal, held.signal),
    },
    letGo: () => held.abort(),
    isLetGo: () => held.signal.aborted,
  };
}

async function* watchWhileHeld(
  ports: GatePorts,
  sinceVersion: bigint | undefined,
  signal: AbortSignal,
  held: AbortSignal,
): AsyncIterable<KeyNews> {
  if (!held.aborted) {
    try {
      yield* ports.watchKeys(sinceVersion, AbortSignal.any([signal, held]));
    } catch (error) {
      if (!held.aborted) throw error;
    }
  }
  if (held.aborted && !signal.aborted) await aborted(signal);
}

/** A promise keeps no process alive. */
function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve()));
}
