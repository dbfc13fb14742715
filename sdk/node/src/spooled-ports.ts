import { DomainError } from "@tollbook/domain";
import type { GatePorts } from "@tollbook/gate";
import type { Spool } from "./spool.ts";

/** The same ports; each batch of usage is on disk from before its first sending to its receipt. */
export function spooledPorts(ports: GatePorts, spool: Spool): GatePorts {
  return {
    ...ports,
    async recordUsage(batch) {
      await spool.keep(batch);
      try {
        const receipt = await ports.recordUsage(batch);
        void spool.forget(batch);
        return receipt;
      } catch (error) {
        if (isFinal(error)) void spool.forget(batch);
        throw error;
      }
    },
  };
}

/** It will never be taken, however often it is sent. */
function isFinal(error: unknown): boolean {
  return error instanceof DomainError && (error.kind === "invalid" || error.kind === "conflict");
}
