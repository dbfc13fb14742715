import { HttpRefusal } from "./http-refusal.ts";

/** What the HTTP server refused before any of our code saw it; undefined if it was no refusal. */
export function refusalOfServer(error: unknown): HttpRefusal | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code = "", statusCode } = error as Error & { code?: string; statusCode?: number };
  const known = refusals[code];
  if (known !== undefined) return new HttpRefusal(known.status, known.reason, known.sentence);
  if (statusCode === undefined || statusCode < 400 || statusCode > 499) return undefined;
  return new HttpRefusal(statusCode, "REQUEST_MALFORMED", "The HTTP request is malformed.");
}

export const bodyNotJson = (why: string): HttpRefusal =>
  new HttpRefusal(400, "BODY_NOT_JSON", `The body is not JSON: ${why}.`);

const refusals: Readonly<Record<string, { status: number; reason: string; sentence: string }>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: {
    status: 413,
    reason: "BODY_TOO_LARGE",
    sentence: "The body is larger than 1 MiB. Send it in several requests.",
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    status: 415,
    reason: "MEDIA_TYPE_NOT_SUPPORTED",
    sentence: "Send JSON with the header Content-Type: application/json.",
  },
  FST_ERR_BAD_URL: {
    status: 400,
    reason: "URL_MALFORMED",
    sentence: "The path is not well-formed.",
  },
  FST_ERR_MAX_PARAM_LENGTH: {
    status: 414,
    reason: "URL_TOO_LONG",
    sentence: "A part of the path is too long to be an id.",
  },
};
