import type { Registry } from "@tollbook/service";
import { Counter, Gauge } from "prom-client";
import type { UsageWatch } from "./app/usage-watch.ts";

/** The reconciler's figures as Prometheus reads them: of this process, since its start. */
export function usageMetrics(registry: Registry): UsageWatch {
  const registers = [registry];
  const items = new Counter({
    name: "tollbook_usage_items_total",
    help: "Items of usage batches by what became of them.",
    labelNames: ["outcome"],
    registers,
  });
  const rejected = new Counter({
    name: "tollbook_usage_rejected_total",
    help: "Items that were not taken, by reason.",
    labelNames: ["reason"],
    registers,
  });
  const calls = new Counter({
    name: "tollbook_usage_calls_total",
    help: "Calls newly counted, refused ones included.",
    registers,
  });
  const takenBack = new Counter({
    name: "tollbook_usage_calls_taken_back_total",
    help: "Calls that reversing batches took back.",
    registers,
  });
  const disagreeing = new Gauge({
    name: "tollbook_reconciliation_disagreeing",
    help: "Sums that did not agree at the last turn of the reconciler. Anything but 0 is a fault.",
    registers,
  });
  const provedTime = new Gauge({
    name: "tollbook_reconciliation_time_seconds",
    help: "When the reconciler last ended a turn, in seconds since 1970.",
    registers,
  });
  return {
    counted: (receipt) => {
      const counted = Number(receipt.counted);
      if (counted < 0) takenBack.inc(-counted);
      else calls.inc(counted);
      items.inc({ outcome: "duplicate" }, receipt.duplicates);
      items.inc({ outcome: "rejected" }, receipt.rejected);
      const retried = receipt.retryEvents.length + receipt.retryCells.length;
      items.inc({ outcome: "to be sent again" }, retried);
      for (const [reason, count] of Object.entries(receipt.rejectedByReason)) {
        rejected.inc({ reason }, count);
      }
    },
    proved: (wrong) => {
      disagreeing.set(wrong);
      provedTime.setToCurrentTime();
    },
  };
}
