import type { ClientHttp2Session, IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import { buffer } from "node:stream/consumers";
import { TravelRequest } from "@tollbook/contracts/local/v1";

/** A gRPC message comes behind a flag of one byte and its length in four. */
const frameHeadBytes = 5;

/** Whether a call reads or moves business time. */
export function isTimeCall(headers: IncomingHttpHeaders): boolean {
  return (headers[":path"] ?? "").startsWith("/tollbook.local.v1.TimeService/");
}

/**
 * Business time is one for the whole platform: the call goes to every process, and the first
 * answer is the answer, once all have given theirs.
 */
export async function travelEverywhere(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  { sessions, onTravel }: { sessions: readonly ClientHttp2Session[]; onTravel(time: Date): void },
): Promise<void> {
  const request = await buffer(stream);
  const answers = await Promise.all(sessions.map((session) => ask(session, headers, request)));
  const [first] = answers;
  if (!first) return;
  if (first.trailers["grpc-status"] === "0") noteTravel(headers, request, onTravel);
  if (stream.destroyed) return;
  stream.respond(first.headers, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers(first.trailers));
  stream.end(first.body);
}

/** This process keeps the time for the next start. */
function noteTravel(
  headers: IncomingHttpHeaders,
  request: Buffer,
  onTravel: (time: Date) => void,
): void {
  if (!headers[":path"]?.endsWith("/Travel")) return;
  const { time } = TravelRequest.decode(request.subarray(frameHeadBytes));
  if (time) onTravel(time);
}

interface Answer {
  headers: IncomingHttpHeaders;
  body: Buffer;
  trailers: IncomingHttpHeaders;
}

async function ask(
  session: ClientHttp2Session,
  headers: IncomingHttpHeaders,
  request: Buffer,
): Promise<Answer> {
  const call = session.request(headers);
  const answer: Answer = { headers: {}, body: Buffer.alloc(0), trailers: {} };
  call.on("response", (said) => {
    answer.headers = said;
  });
  call.on("trailers", (said) => {
    answer.trailers = said;
  });
  call.end(request);
  answer.body = await buffer(call);
  return answer;
}
