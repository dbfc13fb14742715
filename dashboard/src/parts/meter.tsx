import { formatCount, formatShare, shareOf } from "../format/number.ts";

/** How much of something is used, as a bar; amber from 80 %, red when it is used up. */
export function Meter({ used, of }: { used: string; of: string }) {
  const share = shareOf(used, of);
  const level = share >= 1 ? "full" : share >= 0.8 ? "near" : "fine";
  return (
    <div class="meter">
      <div class="track" aria-hidden="true">
        <span data-level={level} style={{ width: `${Math.min(1, share) * 100}%` }} />
      </div>
      <span class="figures">
        {formatCount(used)} <span class="quiet">of {formatCount(of)}</span>
        <span class="quiet"> · {formatShare(share)}</span>
      </span>
    </div>
  );
}

/** A share of the biggest in a table, as a bar behind its figure. */
export function Bar({ part, of }: { part: string; of: string }) {
  const width = `${Math.max(0.5, shareOf(part, of) * 100)}%`;
  return (
    <span class="bar" aria-hidden="true">
      <span style={{ width }} />
    </span>
  );
}
