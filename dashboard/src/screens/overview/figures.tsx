import type { UsageSums } from "../../api/shapes.ts";
import { formatCount, formatShare, shareOf } from "../../format/number.ts";

interface FiguresProps {
  today: UsageSums;
  month: UsageSums;
  monthName: string;
}

/** Calls, refused and errors, today and this month, at a glance. */
export function Figures({ today, month, monthName }: FiguresProps) {
  return (
    <div class="figures-row">
      <FigureGroup title="Today" sums={today} />
      <FigureGroup title={monthName} sums={month} />
    </div>
  );
}

function FigureGroup({ title, sums }: { title: string; sums: UsageSums }) {
  const { calls, refused, errors } = sums;
  const asked = String(BigInt(calls) + BigInt(refused));
  return (
    <section class="panel">
      <h2>{title}</h2>
      <dl class="figures">
        <Figure name="Calls" value={calls} note="went through" />
        <Figure
          name="Refused"
          value={refused}
          note={`${formatShare(shareOf(refused, asked))} of all asked`}
        />
        <Figure
          name="Errors"
          value={errors}
          note={`${formatShare(shareOf(errors, calls))} of calls`}
        />
      </dl>
    </section>
  );
}

function Figure({ name, value, note }: { name: string; value: string; note: string }) {
  return (
    <div data-figure={name.toLowerCase()}>
      <dt>{name}</dt>
      <dd>
        <strong>{formatCount(value)}</strong>
        <span class="quiet">{value === "0" ? "none" : note}</span>
      </dd>
    </div>
  );
}
