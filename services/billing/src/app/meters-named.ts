import type { MeterRef, PlanInput } from "../domain/plan-input.ts";
import type { Needs } from "./needs.ts";

/**
 * The account's meters, if a plan names one that is not the default one; asked of metering before
 * any transaction. Throws "unavailable" when it is away: a plan on a meter that may not be there
 * is not taken.
 */
export const metersNamed =
  ({ metering }: Needs) =>
  async (accountId: string, input: PlanInput): Promise<ReadonlyMap<string, MeterRef>> => {
    const isOther = ({ meterId }: { readonly meterId: string }) => {
      return meterId !== "" && meterId.toLowerCase() !== accountId;
    };
    const others = [...input.charges, ...input.limits].some(isOther);
    if (!others) return new Map();
    const meters = await metering.meters(accountId);
    return new Map(meters.map((meter) => [meter.meterId, meter]));
  };
