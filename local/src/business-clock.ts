import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TravellingClock } from "@tollbook/domain";
import type { LocalConfig } from "./config.ts";

/**
 * Business time of a state folder: where it was left, plus what has passed since. A fresh state
 * begins at the time of the settings. Each travel is written down at once.
 */
export function openBusinessClock(folder: string, config: LocalConfig): TravellingClock {
  const file = join(folder, "business-time.json");
  const clock = startingClock(file, config);
  const save = () => {
    writeFileSync(`${file}.new`, JSON.stringify({ offsetMs: clock.offsetMs }));
    renameSync(`${file}.new`, file);
  };
  if (config.timeControl) {
    clock.onTravel(save);
    save();
  }
  return clock;
}

function startingClock(file: string, { timeControl, startTime }: LocalConfig): TravellingClock {
  if (existsSync(file)) {
    const { offsetMs } = JSON.parse(readFileSync(file, "utf8")) as { offsetMs: number };
    return TravellingClock.atOffset(offsetMs);
  }
  if (startTime === undefined) return new TravellingClock();
  if (!timeControl) throw new Error("TOLLBOOK_START_TIME needs TOLLBOOK_TIME_CONTROL=true.");
  const start = new Date(startTime);
  if (Number.isNaN(start.getTime())) {
    throw new Error(`TOLLBOOK_START_TIME "${startTime}" is no time; write 2027-01-10T06:00:00Z.`);
  }
  return new TravellingClock(start);
}
