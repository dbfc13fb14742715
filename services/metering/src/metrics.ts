import type { Registry } from "@tollbook/service";
import { Counter, Gauge } from "prom-client";
import type { UsageWatch } from "./app/usage-watch.ts";

/** The reconciler's figures as Prometheus reads them: of this process, since its start. */
export function usageMetrics(registry: Registry): UsageWatch {
  const metrics = metricsIn([registry]);
  return {
    counted: (receipt) => {
      const counted = Number(receipt.counted);
      if (counted < 0) metrics.takenBack.inc(-counted);
      else metrics.calls.inc(counted);
      const retried = receipt.retryEvents.length + receipt.retryCells.length;
      metrics.items.inc({ outcome: "duplicate" }, receipt.duplicates);
      metrics.items.inc({ outcome: "rejected" }, receipt.rejected);
      metrics.items.inc({ outcome: "to be sent again" }, retried);
      for (const [reason, count] of Object.entries(receipt.rejectedByReason)) {
        metrics.rejected.inc({ reason }, count);
      }
    },
    proved: (disagreeing) => {
      metrics.disagreeing.set(disagreeing);
      metrics.provedTime.setToCurrentTime();
    },
  };
}

function metricsIn(registers: Registry[]) {
  const usage = (name: string) => `tollbook_usage_${name}_total`;
  const calls = { name: usage("calls"), help: "Calls newly counted, refused ones included." };
  const back = { name: usage("calls_taken_back"), help: "Calls that reversing batches took back." };
  const items = { name: usage("items"), help: "Items of batches by what became of them." };
  const rejected = { name: usage("rejected"), help: "Items that were not taken, by reason." };
  return {
    calls: new Counter({ ...calls, registers }),
    takenBack: new Counter({ ...back, registers }),
    items: new Counter({ ...items, labelNames: ["outcome"], registers }),
    rejected: new Counter({ ...rejected, labelNames: ["reason"], registers }),
    disagreeing: new Gauge({
      name: "tollbook_reconciliation_disagreeing",
      help: "Sums that did not agree at the reconciler's last turn. Anything but 0 is a fault.",
      registers,
    }),
    provedTime: new Gauge({
      name: "tollbook_reconciliation_time_seconds",
      help: "When the reconciler last ended a turn, in seconds since 1970.",
      registers,
    }),
  };
}
