/** A refusal by the web door itself, with a status that no service's error stands for. */
export class HttpRefusal extends Error {
  override readonly name = "HttpRefusal";
  readonly status: number;
  /** UPPER_SNAKE, listed in docs/errors.md. */
  readonly reason: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    reason: string,
    sentence: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(sentence);
    this.status = status;
    this.reason = reason;
    this.headers = headers;
  }
}

export const routeNotFound = (verb: string, path: string): HttpRefusal =>
  new HttpRefusal(404, "ROUTE_NOT_FOUND", `There is no ${verb} ${path} here. See /docs.`);

export const methodNotAllowed = (verb: string, allowed: readonly string[]): HttpRefusal => {
  const sentence = `${verb} is not offered here; ${allowed.join(", ")} is.`;
  return new HttpRefusal(405, "METHOD_NOT_ALLOWED", sentence, { allow: allowed.join(", ") });
};
