import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { formatCount } from "../../format/number.ts";
import { chartOptions, stacked } from "./chart-options.ts";
import type { Step } from "./load-usage.ts";

interface UsageChartProps {
  steps: Step[];
  /** What an interval is called under its bar. */
  name: (start: Date) => string;
}

/** Calls over time as stacked bars; the figures of the bar pointed at stand above. */
export function UsageChart({ steps, name }: UsageChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const [pointed, setPointed] = useState<number | undefined>(undefined);
  const theme = useTheme();
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const labels = steps.map(({ start }) => name(start));
    const chart = new uPlot(chartOptions(element, labels, setPointed), stacked(steps), element);
    const observer = new ResizeObserver(() => {
      chart.setSize({ width: element.clientWidth, height: chart.height });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.destroy();
    };
  }, [steps, name, theme]);
  return (
    <figure class="chart">
      <Legend step={pointed === undefined ? undefined : steps[pointed]} name={name} />
      <div ref={place} aria-hidden="true" />
      <StepTable steps={steps} name={name} />
    </figure>
  );
}

function Legend({ step, name }: { step: Step | undefined; name: (start: Date) => string }) {
  const figure = (count: number) => step && <b>{formatCount(count)}</b>;
  return (
    <figcaption>
      <span class="key good">Without error {step && figure(step.calls - step.errors)}</span>
      <span class="key warn">Errors {step && figure(step.errors)}</span>
      <span class="key danger">Refused {step && figure(step.refused)}</span>
      <span class="quiet at">{step ? name(step.start) : ""}</span>
    </figcaption>
  );
}

/** The same figures for those who cannot see the bars. */
function StepTable({ steps, name }: UsageChartProps) {
  return (
    <table class="unseen">
      <caption>Calls over time</caption>
      <thead>
        <tr>
          <th>From</th>
          <th>Calls</th>
          <th>Errors</th>
          <th>Refused</th>
        </tr>
      </thead>
      <tbody>
        {steps
          .filter(({ calls, refused }) => calls + refused > 0)
          .map(({ start, calls, errors, refused }) => (
            <tr key={start.getTime()}>
              <th>{name(start)}</th>
              <td>{formatCount(calls)}</td>
              <td>{formatCount(errors)}</td>
              <td>{formatCount(refused)}</td>
            </tr>
          ))}
      </tbody>
    </table>
  );
}

/** Changes when the reader switches between light and dark. */
function useTheme(): boolean {
  const [dark, setDark] = useState(() => matchMedia(darkQuery).matches);
  useEffect(() => {
    const query = matchMedia(darkQuery);
    const onChange = () => setDark(query.matches);
    query.addEventListener("change", onChange);
    return () => query.removeEventListener("change", onChange);
  }, []);
  return dark;
}

const darkQuery = "(prefers-color-scheme: dark)";
