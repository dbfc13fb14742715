import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { chartOptions, stacked } from "./chart-options.ts";
import type { Step } from "./load-usage.ts";

/** Draws the bars into an element and keeps to its width; returns how to take them away. */
export function drawChart(
  element: HTMLElement,
  steps: readonly Step[],
  labels: readonly string[],
  onPoint: (index: number | undefined) => void,
): () => void {
  const chart = new uPlot(chartOptions(element, labels, onPoint), stacked(steps), element);
  const observer = new ResizeObserver(() => {
    chart.setSize({ width: element.clientWidth, height: chart.height });
  });
  observer.observe(element);
  return () => {
    observer.disconnect();
    chart.destroy();
  };
}
