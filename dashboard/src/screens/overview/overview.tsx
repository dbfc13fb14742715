import { useState } from "preact/hooks";
import { businessNow } from "../../api/business-time.ts";
import { currentAccount } from "../../api/session.ts";
import { useLoaded, useWhileVisible } from "../../api/use-loaded.ts";
import { formatDay, formatHour, formatMonth } from "../../format/time.ts";
import { month, type Range, today } from "../../format/zone-calendar.ts";
import { Show } from "../../parts/loading.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Segments } from "../../parts/segments.tsx";
import { Figures } from "./figures.tsx";
import { FirstSteps } from "./first-steps.tsx";
import { loadOverTime, type UsageOverTime } from "./load-usage.ts";
import { UsageByCustomer, UsageByEndpoint } from "./usage-by.tsx";
import { UsageChart } from "./usage-chart.tsx";

type Span = "today" | "month" | "lastMonth";

type Usage = Record<Span, UsageOverTime> & { ranges: Record<Span, Range> };

/** How often the figures are read again while somebody looks at them. */
const refreshMs = 15_000;

/** What was called today and this month. */
export function Overview() {
  const [span, setSpan] = useState<Span>("today");
  const usage = useLoaded(loadUsage);
  useWhileVisible(usage.reload, refreshMs);
  return (
    <>
      <PageHead title="Overview" />
      <Show of={usage} lines={6}>
        {(loaded) =>
          isQuiet(loaded) ? (
            <FirstSteps />
          ) : (
            <>
              <Figures
                today={loaded.today.total}
                month={loaded.month.total}
                monthName={formatMonth(loaded.ranges.month.start)}
              />
              <section class="panel">
                <header class="section-head">
                  <h2>Calls</h2>
                  <Segments label="Range" value={span} onPick={setSpan} choices={choices} />
                </header>
                <UsageChart
                  steps={loaded[span].steps}
                  name={span === "today" ? formatHour : formatDay}
                />
              </section>
              <div class="columns">
                <UsageByCustomer range={loaded.ranges[span]} />
                <UsageByEndpoint title="By endpoint" range={loaded.ranges[span]} />
              </div>
            </>
          )
        }
      </Show>
    </>
  );
}

const choices = [
  { value: "today", name: "Today" },
  { value: "month", name: "This month" },
  { value: "lastMonth", name: "Last month" },
] as const;

async function loadUsage(): Promise<Usage> {
  const { timeZone } = currentAccount();
  const now = businessNow();
  const ranges = {
    today: today(now, timeZone),
    month: month(now, timeZone),
    lastMonth: month(now, timeZone, 1),
  };
  const [byHour, byDay, before] = await Promise.all([
    loadOverTime(ranges.today, "HOUR"),
    loadOverTime(ranges.month, "DAY"),
    loadOverTime(ranges.lastMonth, "DAY"),
  ]);
  return { today: byHour, month: byDay, lastMonth: before, ranges };
}

/** Nobody called lately: the account is new, or its API does not reach Tollbook. */
function isQuiet({ month: thisMonth, lastMonth }: Usage): boolean {
  return [thisMonth, lastMonth].every(({ total }) => total.calls === "0" && total.refused === "0");
}
