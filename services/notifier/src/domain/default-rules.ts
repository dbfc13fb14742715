import type { Alert } from "./alert.ts";

/** The rules that hold for everybody: an e-mail at 80 %, at used up, and with each invoice. */
const toldPercents: readonly number[] = [80];

/** Whether anybody is told. Thresholds that no rule names are news for others. */
export function isTold({ about }: Alert): boolean {
  return about.kind !== "quota-threshold" || toldPercents.includes(about.percent);
}
