import type { FastifyInstance } from "fastify";

/**
 * Takes no new connections and lets requests under way finish for so long; then their connections
 * are cut. A client that reads slowly, or not at all, would otherwise hold the process for ever.
 */
export async function close(app: FastifyInstance, graceMs: number): Promise<void> {
  const timer = setTimeout(() => app.server.closeAllConnections(), graceMs);
  try {
    await app.close();
  } finally {
    clearTimeout(timer);
  }
}
