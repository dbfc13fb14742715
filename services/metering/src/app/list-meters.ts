import { isId } from "@tollbook/domain";
import type { Meter } from "../domain/meter.ts";
import { pageToken, placeOf } from "../domain/page-token.ts";
import type { Needs } from "./needs.ts";

const PAGE_SIZE_DEFAULT = 100;
const PAGE_SIZE_MAX = 1_000;

/** Which page. */
export interface MeterPageRequest {
  readonly pageSize: number;
  readonly pageToken: string;
  readonly includeArchived: boolean;
}

/** A page of meters. */
export interface MeterPage {
  readonly meters: readonly Meter[];
  readonly nextPageToken: string;
}

/** Meters in the order they were made, the default one first. "invalid" PAGE_TOKEN_MALFORMED. */
export function listMeters({ storage }: Needs) {
  return async (accountId: string, request: MeterPageRequest): Promise<MeterPage> => {
    const { pageSize, pageToken: token, includeArchived } = request;
    const binding = ["meters", includeArchived];
    const after = token === "" ? undefined : placeOf(token, binding, isMeterId);
    const count = Math.min(pageSize || PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX);
    const asked = { after, count: count + 1, includeArchived };
    const found = await storage.inAccount(accountId, ({ meters }) => meters.list(asked));
    const meters = found.slice(0, count);
    const last = found.length > count ? meters.at(-1) : undefined;
    return { meters, nextPageToken: last === undefined ? "" : pageToken(last.meterId, binding) };
  };
}

function isMeterId(place: unknown): place is string {
  return typeof place === "string" && isId(place);
}
