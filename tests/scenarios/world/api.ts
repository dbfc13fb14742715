/** An answer of the web door that is no success, as problem+json has it. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly problem: { title?: string; detail?: string; reason?: string; [name: string]: unknown };

  constructor(status: number, problem: ApiProblem["problem"]) {
    super(`${status} ${problem.reason ?? ""}: ${problem.detail ?? problem.title ?? ""}`);
    this.status = status;
    this.problem = problem;
  }

  /** UPPER_SNAKE, as docs/errors.md lists it. */
  get reason(): string {
    return this.problem.reason ?? "";
  }
}

// biome-ignore lint/suspicious/noExplicitAny: tests read JSON of every shape
export type Json = any;

/** The web door as an account's owner calls it. */
export interface Api {
  get(path: string): Promise<Json>;
  post(path: string, body?: Json): Promise<Json>;
  patch(path: string, body: Json): Promise<Json>;
  /** The raw answer. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
}

const answerWithinMs = 30_000;

/** A client of the web door, with a Bearer token or without one. */
export function apiOf(http: string, token?: string): Api {
  const send = (path: string, init: RequestInit = {}) => {
    const headers = {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(init.body !== undefined && { "content-type": "application/json" }),
      ...(init.headers as Record<string, string>),
    };
    return fetch(`${http}${path}`, {
      ...init,
      headers,
      signal: AbortSignal.timeout(answerWithinMs),
    });
  };
  const ask = async (method: string, path: string, body?: Json): Promise<Json> => {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const response = await send(path, init);
    const answer: Json = await response.json();
    if (!response.ok) throw new ApiProblem(response.status, answer);
    return answer;
  };
  return {
    get: (path) => ask("GET", path),
    post: (path, body = {}) => ask("POST", path, body),
    patch: (path, body) => ask("PATCH", path, body),
    fetch: send,
  };
}
