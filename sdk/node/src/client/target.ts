/** Where Tollbook is. */
export interface Target {
  /** Host and port as grpc-js takes them. */
  readonly address: string;
  readonly tls: boolean;
}

const ports = { "http:": "80", "https:": "443" } as const;

/** `http://host:port`, or `https://host:port` for TLS; undefined if it is anything else. */
export function targetOf(url: string): Target | undefined {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined) return undefined;
  const { protocol, hostname, port, pathname, search, hash, username, password } = parsed;
  if (protocol !== "http:" && protocol !== "https:") return undefined;
  if (pathname !== "/" || search + hash + username + password !== "") return undefined;
  const address = `dns:///${hostname}:${port || ports[protocol]}`;
  return { address, tls: protocol === "https:" };
}
