import { DomainError } from "@tollbook/domain";
import { stretchesOf } from "../domain/subscription.ts";
import type { ChunkContext } from "./load-chunk.ts";
import type { Needs, PeriodToBill, PeriodToSeal, SealedPeriod } from "./needs.ts";

export interface SealFailure {
  readonly period: PeriodToBill;
  readonly error: unknown;
}

interface Sealing {
  readonly sealed: { readonly period: PeriodToBill; readonly seal: SealedPeriod }[];
  readonly failures: SealFailure[];
}

/** Closes periods at metering, in bulk; in the order of their starts and subscriptions. */
export async function sealChunk(
  needs: Needs,
  accountId: string,
  context: ChunkContext,
  chunk: readonly PeriodToBill[],
): Promise<Sealing> {
  const ordered = [...chunk].sort(
    (a, b) =>
      a.start.getTime() - b.start.getTime() || (a.subscriptionId < b.subscriptionId ? -1 : 1),
  );
  const wanted = ordered.map((period) => ({ ...period, splitTimes: splitsOf(context, period) }));
  return sealSome(needs, accountId, wanted);
}

/** When metering refuses the whole for one of them, halves find the one. */
async function sealSome(
  needs: Needs,
  accountId: string,
  periods: readonly PeriodToSeal[],
): Promise<Sealing> {
  try {
    const seals = await needs.metering.seal(accountId, periods);
    const sealed = periods.flatMap((period, index) => {
      const seal = seals[index];
      return seal === undefined ? [] : [{ period, seal }];
    });
    return { sealed, failures: [] };
  } catch (error) {
    if (isAway(error) || periods.length < 2) {
      return { sealed: [], failures: periods.map((period) => ({ period, error })) };
    }
    const middle = Math.ceil(periods.length / 2);
    const first = await sealSome(needs, accountId, periods.slice(0, middle));
    const second = await sealSome(needs, accountId, periods.slice(middle));
    return {
      sealed: [...first.sealed, ...second.sealed],
      failures: [...first.failures, ...second.failures],
    };
  }
}

function isAway(error: unknown): boolean {
  return error instanceof DomainError && error.kind === "unavailable";
}

function splitsOf(context: ChunkContext, period: PeriodToBill): Date[] {
  const stretches = stretchesOf(context.subscriptionOf(period), period);
  return stretches.slice(1).map(({ start }) => start);
}
