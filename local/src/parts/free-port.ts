import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const loopback = "127.0.0.1";

/** A TCP port of 127.0.0.1 that nobody listens on at this moment. Another process may be faster. */
export async function freePort(): Promise<number> {
  const port = await listenOnce(0);
  if (port === undefined) throw new Error("This machine has no free TCP port on 127.0.0.1.");
  return port;
}

/** Whether a server could listen on that port of 127.0.0.1 now. */
export async function portIsFree(port: number): Promise<boolean> {
  return (await listenOnce(port)) !== undefined;
}

/** As `portIsFree`, but gives a server that is just stopping a moment to let go of its port. */
export async function portBecomesFree(port: number, withinMs: number): Promise<boolean> {
  const end = performance.now() + withinMs;
  for (;;) {
    if (await portIsFree(port)) return true;
    if (performance.now() >= end) return false;
    await sleep(50);
  }
}

function listenOnce(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen({ port, host: loopback, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" ? address?.port : undefined));
    });
  });
}
