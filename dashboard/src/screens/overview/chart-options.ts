import uPlot from "uplot";
import { formatShort } from "../../format/number.ts";
import type { Step } from "./load-usage.ts";

/** Bars stand on one another: each series is the sum of those below it, drawn from the back. */
export function stacked(steps: readonly Step[]): uPlot.AlignedData {
  return [
    steps.map((_, index) => index),
    steps.map(({ calls, refused }) => calls + refused),
    steps.map(({ calls }) => calls),
    steps.map(({ calls, errors }) => calls - errors),
  ];
}

const height = 240;
/** Room for one label under the axis, so that labels never touch. */
const labelWidth = 56;

export function chartOptions(
  element: HTMLElement,
  labels: readonly string[],
  onPoint: (index: number | undefined) => void,
): uPlot.Options {
  const colours = coloursOf(element);
  const font = `12px ${getComputedStyle(element).fontFamily}`;
  const axis = { font, stroke: colours.quiet, ticks: { show: false } };
  const grid = { stroke: colours.line, width: 1 };
  return {
    width: element.clientWidth,
    height,
    padding: [8, 4, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
    scales: {
      x: { time: false, range: () => [-0.5, labels.length - 0.5] },
      y: { range: (_chart, _min, max) => [0, Math.max(4, max * 1.05)] },
    },
    axes: [
      {
        ...axis,
        size: 26,
        grid: { show: false },
        splits: labelled(labels.length),
        values: named(labels),
      },
      { ...axis, grid, size: 52, incrs: wholeSteps, values: (_, counts) => counts.map(short) },
    ],
    series: [{}, bars(colours.danger), bars(colours.warn), bars(colours.accent)],
    hooks: { setCursor: [(chart) => onPoint(chart.cursor.idx ?? undefined)] },
  };
}

function bars(fill: string): uPlot.Series {
  const paths = uPlot.paths.bars?.({ size: [0.72, 40], radius: 0.12 });
  return { fill, width: 0, points: { show: false }, ...(paths ? { paths } : {}) };
}

/** Every bar if there is room for its label, else every second, third, sixth… */
function labelled(count: number): uPlot.Axis.Splits {
  return (chart) => {
    const room = Math.max(1, Math.floor(chart.width / labelWidth));
    const step = [1, 2, 3, 4, 6, 8, 12, 16].find((every) => count / every <= room) ?? 24;
    return Array.from({ length: Math.ceil(count / step) }, (_, index) => index * step);
  };
}

function named(labels: readonly string[]): uPlot.Axis.Values {
  return (_chart, splits) => splits.map((index) => labels[index] ?? "");
}

const short = (count: number): string => formatShort(count);

/** Calls are whole: no axis counts half of one. */
const wholeSteps = [1, 2, 5].flatMap((digit) =>
  Array.from({ length: 12 }, (_, power) => digit * 10 ** power),
);
wholeSteps.sort((a, b) => a - b);

function coloursOf(element: HTMLElement) {
  const of = (name: string) => {
    // light-dark() is resolved where a colour is used, not in the custom property itself.
    element.style.color = `var(--${name})`;
    const { color } = getComputedStyle(element);
    element.style.color = "";
    return color;
  };
  return {
    accent: of("accent-fill"),
    warn: of("warn-fill"),
    danger: of("danger-fill"),
    quiet: of("quiet"),
    line: of("line"),
  };
}
