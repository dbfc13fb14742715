import { useEffect, useRef, useState } from "preact/hooks";
import { formatCount } from "../../format/number.ts";
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
    const labels = steps.map(({ start }) => name(start));
    return whenLoaded((drawChart) => {
      if (place.current) return drawChart(place.current, steps, labels, setPointed);
    });
  }, [steps, name, theme]);
  return (
    <figure class="chart">
      <Legend step={pointed === undefined ? undefined : steps[pointed]} name={name} />
      <div class="plot" ref={place} aria-hidden="true" />
      <StepTable steps={steps} name={name} />
    </figure>
  );
}

type DrawChart = typeof import("./draw-chart.ts").drawChart;

/** The drawing is loaded when it is first needed. Without it, the table below says the same. */
function whenLoaded(draw: (drawChart: DrawChart) => (() => void) | undefined): () => void {
  let wanted = true;
  let takeAway: (() => void) | undefined;
  import("./draw-chart.ts").then(
    ({ drawChart }) => {
      if (wanted) takeAway = draw(drawChart);
    },
    (error) => console.error(error),
  );
  return () => {
    wanted = false;
    takeAway?.();
  };
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
    <div class="unseen">
      <table>
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
    </div>
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
