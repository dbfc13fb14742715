import { hearBusinessTime } from "./business-time.ts";
import { Problem, unreachable } from "./problem.ts";
import { endSession, renewSession } from "./session.ts";

type Verb = "GET" | "POST" | "PATCH" | "DELETE";

/**
 * Asks the API with the session's cookies. An access token that has run out is renewed once, on
 * the way; a session that has ended leads to the sign-in page. Throws Problems.
 */
export async function call<T>(verb: Verb, path: string, body?: unknown): Promise<T> {
  const first = await send(verb, path, body);
  if (first.status !== 401) return read<T>(first);
  if (!(await renewSession())) {
    endSession();
    return read<T>(first);
  }
  return read<T>(await send(verb, path, body));
}

export const get = <T>(path: string): Promise<T> => call<T>("GET", path);
export const post = <T>(path: string, body: unknown = {}): Promise<T> =>
  call<T>("POST", path, body);

/** As `call`, but without a session: for signing in and up. */
export async function open<T>(path: string, body: unknown): Promise<T> {
  return read<T>(await send("POST", path, body));
}

async function send(verb: Verb, path: string, body?: unknown): Promise<Response> {
  const json = body === undefined ? {} : withBody(body);
  try {
    const response = await fetch(path, { method: verb, credentials: "same-origin", ...json });
    hearBusinessTime(response.headers.get("tollbook-time"));
    return response;
  } catch {
    throw unreachable();
  }
}

function withBody(body: unknown): RequestInit {
  return { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

async function read<T>(response: Response): Promise<T> {
  const text = await response.text();
  const json = parse(text);
  if (!response.ok) throw new Problem(response.status, json as object);
  return json as T;
}

function parse(text: string): unknown {
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch {
    return {};
  }
}
