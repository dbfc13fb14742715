import type { Row } from "../row.ts";
import { cells, singleEvents } from "./ingest.ts";

/** Everything that is measured, in the order it is printed in. */
export const rows: readonly Row[] = [singleEvents, cells];
