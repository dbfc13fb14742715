import type { Row } from "../row.ts";
import { ackAtHalfLoad } from "./acknowledgement.ts";
import { crossing } from "./crossing.ts";
import { grantUnderIngest, groupedGrants, singleGrant } from "./grants.ts";
import { cells, keptEvents, singleEvents } from "./ingest.ts";
import { afterManyEvents, memory } from "./long.ts";

/** Everything that is measured, in the order it is printed in. */
export const rows: readonly Row[] = [
  ...[singleEvents, cells, ackAtHalfLoad],
  ...[groupedGrants, singleGrant, grantUnderIngest, crossing],
  ...[afterManyEvents, memory, keptEvents],
];
