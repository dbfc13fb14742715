import type { ComponentChildren } from "preact";
import type { UsageRow } from "../../api/shapes.ts";
import { formatCount } from "../../format/number.ts";
import { Bar } from "../../parts/meter.tsx";

interface UsageTableProps {
  rows: UsageRow[];
  heading: string;
  name: (row: UsageRow) => ComponentChildren;
}

/** Groups of calls, each with a bar beside the biggest. */
export function UsageTable({ rows, heading, name }: UsageTableProps) {
  if (rows.length === 0) return <p class="quiet">No calls in this time.</p>;
  const most = rows.reduce((top, { calls }) => (BigInt(calls) > BigInt(top) ? calls : top), "0");
  return (
    <div class="scroll">
      <table class="bars">
        <thead>
          <tr>
            <th scope="col">{heading}</th>
            <th scope="col" class="number">
              Calls
            </th>
            <th scope="col" class="number">
              Refused
            </th>
            <th scope="col" class="number">
              Errors
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={JSON.stringify(row.group)}>
              <th scope="row">
                {name(row)}
                <Bar part={row.calls} of={most} />
              </th>
              <td class="number">{formatCount(row.calls)}</td>
              <td class="number">{formatCount(row.refused)}</td>
              <td class="number">{formatCount(row.errors)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
