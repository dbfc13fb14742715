import { connect, createServer, type Server, type Socket } from "node:net";

/** A connection through the proxy: what a caller sends and what it hears, each way by itself. */
interface Link {
  readonly caller: Socket;
  readonly service: Socket;
  /** What the service says is thrown away. */
  mute: boolean;
  /** Each piece is passed on this much later. */
  delayMs: number;
}

/** Between callers and services, to do what networks do. It knows nothing of what passes. */
export class TcpProxy {
  /** Connections cut so far. */
  cuts = 0;
  /** Bytes of answers that nobody heard. */
  unheardBytes = 0;
  readonly #links = new Set<Link>();
  readonly #server: Server;

  constructor(upstreamPort: number) {
    this.#server = createServer((caller) => this.#join(caller, upstreamPort));
  }

  /** Listens on 127.0.0.1; gives the port. */
  async listen(): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(0, "127.0.0.1", resolve);
    });
    return (this.#server.address() as { port: number }).port;
  }

  /** The connections open now, oldest first. */
  links(): Link[] {
    return [...this.#links];
  }

  /** Both sides learn of it only by the end of their connection. */
  cut(link: Link): void {
    if (this.#links.has(link)) this.cuts += 1;
    this.#part(link);
  }

  async close(): Promise<void> {
    this.#server.close();
    for (const link of this.links()) this.#part(link);
  }

  #join(caller: Socket, port: number): void {
    const service = connect(port, "127.0.0.1");
    const link: Link = { caller, service, mute: false, delayMs: 0 };
    this.#links.add(link);
    for (const socket of [caller, service]) {
      socket.setNoDelay(true);
      socket.on("error", () => this.#part(link));
      socket.on("close", () => this.#part(link));
    }
    this.#pass(caller, service, link, () => true);
    this.#pass(service, caller, link, (bytes) => {
      if (link.mute) this.unheardBytes += bytes;
      return !link.mute;
    });
  }

  /** In order, whatever the delay is changed to meanwhile. */
  #pass(from: Socket, to: Socket, link: Link, passes: (bytes: number) => boolean): void {
    let dueMs = 0;
    const later = (act: () => void) => {
      const now = performance.now();
      dueMs = Math.max(dueMs, now + link.delayMs);
      if (dueMs <= now) act();
      else setTimeout(act, dueMs - now);
    };
    from.on("data", (piece) => {
      if (passes(piece.length)) later(() => to.write(piece));
    });
    from.on("end", () => later(() => to.end()));
  }

  #part(link: Link): void {
    this.#links.delete(link);
    link.caller.destroy();
    link.service.destroy();
  }
}
