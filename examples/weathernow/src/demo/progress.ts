import { SingleBar } from "cli-progress";

/** How far something is, for people who watch. */
export interface Progress {
  advance(): void;
  stop(): void;
}

/** A bar on a terminal; elsewhere a line every few seconds. */
export function showProgress(total: number, what: string): Progress {
  const bar = new SingleBar({
    format: `  {bar} {percentage} %  {grouped} of ${inIndia.format(total)} ${what}`,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    hideCursor: true,
    fps: 10,
    noTTYOutput: true,
    notTTYSchedule: 5_000,
  });
  let done = 0;
  bar.start(total, 0, { grouped: "0" });
  return {
    advance() {
      done += 1;
      // Telling the bar costs more than a call; a hundredth of a second's calls will do.
      if (done % 50 === 0 || done === total) bar.update(done, { grouped: inIndia.format(done) });
    },
    stop: () => bar.stop(),
  };
}

const inIndia = new Intl.NumberFormat("en-IN");
