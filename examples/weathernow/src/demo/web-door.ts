/** The web door as WeatherNow's owner uses it. Answers have the shape the caller expects of them. */
export interface WebDoor {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body: object): Promise<T>;
  patch<T>(path: string, body: object): Promise<T>;
  file(path: string): Promise<Buffer>;
}

const answerWithinMs = 30_000;

/** REST at an address, with a session's token once there is one. */
export function webDoor(url: string, token?: string): WebDoor {
  const send = async (method: string, path: string, body?: object): Promise<Response> => {
    const response = await fetch(url + path, {
      method,
      headers: {
        "content-type": "application/json",
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(answerWithinMs),
    });
    if (response.ok) return response;
    throw new Error(`${method} ${path} answers ${response.status}: ${await response.text()}`);
  };
  const json = async <T>(response: Promise<Response>) => (await (await response).json()) as T;
  return {
    get: (path) => json(send("GET", path)),
    post: (path, body) => json(send("POST", path, body)),
    patch: (path, body) => json(send("PATCH", path, body)),
    file: async (path) => Buffer.from(await (await send("GET", path)).arrayBuffer()),
  };
}
