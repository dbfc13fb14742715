import { DomainError } from "@tollbook/domain";
import type { GateMode, GateObserver } from "@tollbook/gate";
import type { TellTrouble } from "./trouble.ts";

/** What becomes of calls meanwhile, in each mode. */
const meanwhile: Readonly<Record<GateMode, string>> = {
  enforce: "Calls it cannot decide are answered 503, as the limits' failure modes say",
  shadow: "Calls pass, and are counted once it is back",
  "meter-only": "Calls pass, and are counted once it is back",
};

/** Whose troubles are told, and to whom. */
export interface Surroundings {
  readonly url: string;
  readonly mode: GateMode;
  readonly tell: TellTrouble;
  /** True while it is no news that Tollbook cannot be heard. */
  quiet(): boolean;
}

/** One late answer is no news; so many failures … */
const FAILURES_TOLD = 3;
/** … within so long are. */
const FAILURES_WITHIN_MS = 5_000;

/** The gate's news in sentences for the host's log. */
export function gateTroubles({ url, mode, tell, quiet }: Surroundings): GateObserver {
  let failedAt: number[] = [];
  const isNews = () => {
    const now = performance.now();
    failedAt = [...failedAt.filter((at) => now - at < FAILURES_WITHIN_MS), now];
    return failedAt.length >= FAILURES_TOLD;
  };
  return {
    trouble(_kind, error) {
      if (quiet()) return;
      const why = error instanceof Error ? error.message : String(error);
      if (isRefusal(error)) {
        const sentence = `Tollbook at ${url} refuses TOLLBOOK_KEY: ${why}`;
        tell("key-refused", sentence, { cause: error });
      } else if (isNews()) {
        const sentence = `Tollbook at ${url} does not answer (${why}). ${meanwhile[mode]}.`;
        tell("unreachable", sentence, { cause: error });
        failedAt = [];
      }
    },
    usageRejected({ rejected, rejectedByReason, rejections }) {
      const reasons = Object.entries(rejectedByReason).map(([reason, n]) => `${n} × ${reason}`);
      const example = rejections[0] ? ` First: ${rejections[0].message}` : "";
      const sentence = `Tollbook did not take ${rejected} items of usage: ${reasons.join(", ")}.`;
      tell("usage-rejected", sentence + example, { lost: rejected });
    },
    usageLost(lost) {
      const sentence = "Usage is being lost: more waits for Tollbook than may be kept in memory.";
      tell("usage-lost", sentence, { lost });
    },
  };
}

/** Not a trouble of the network, and not one that ends by itself. */
function isRefusal(error: unknown): boolean {
  const kinds = ["unauthenticated", "permission-denied"];
  return error instanceof DomainError && kinds.includes(error.kind);
}
