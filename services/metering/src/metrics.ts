import type { Registry } from "@tollbook/service";
import { Counter, Gauge } from "prom-client";
import type { UsageWatch } from "./app/usage-watch.ts";

/** The reconciler's figures as Prometheus reads them: of this process, since its start. */
export function usageMetrics(registry: Registry): UsageWatch {
  const metrics = metricsIn([registry]);
  return {
    counted: (receipt, items) => {
      const counted = Number(receipt.counted);
      if (counted < 0) metrics.takenBack.inc(-counted);
      else metrics.calls.inc(counted);
      const retried = receipt.retryEvents.length + receipt.retryCells.length;
      const others = receipt.duplicates + receipt.rejected + retried;
      metrics.items.inc({ outcome: "counted" }, items - others);
      metrics.items.inc({ outcome: "duplicate" }, receipt.duplicates);
      metrics.items.inc({ outcome: "rejected" }, receipt.rejected);
      metrics.items.inc({ outcome: "to be sent again" }, retried);
      for (const [reason, count] of Object.entries(receipt.rejectedByReason)) {
        metrics.rejected.inc({ reason }, count);
      }
    },
    late: (calls) => {
      if (calls < 0n) metrics.lateTakenBack.inc(-Number(calls));
      else metrics.late.inc(Number(calls));
    },
    passed: (units) => {
      for (const [way, count] of units) metrics.past.inc({ way }, Number(count));
    },
    stranded: (units) => metrics.stranded.set(Number(units)),
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
  const late = { name: usage("late_calls"), help: "Calls counted after their period was sealed." };
  const lateBack = {
    name: usage("late_calls_taken_back"),
    help: "Calls taken back after their period was sealed.",
  };
  const items = { name: usage("items"), help: "Items of batches by what became of them." };
  const rejected = { name: usage("rejected"), help: "Items that were not taken, by reason." };
  return {
    calls: new Counter({ ...calls, registers }),
    takenBack: new Counter({ ...back, registers }),
    late: new Counter({ ...late, registers }),
    lateTakenBack: new Counter({ ...lateBack, registers }),
    items: new Counter({ ...items, labelNames: ["outcome"], registers }),
    rejected: new Counter({ ...rejected, labelNames: ["reason"], registers }),
    past: new Counter({
      name: "tollbook_limit_units_past_total",
      help: "Units of hard limits that were used without room set aside for them, by the way.",
      labelNames: ["way"],
      registers,
    }),
    stranded: new Gauge({
      name: "tollbook_lease_stranded_units",
      help: "Units of running windows that gates held which vanished, of all accounts.",
      registers,
    }),
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
