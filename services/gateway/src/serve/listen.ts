import type { FastifyInstance } from "fastify";
import type { GatewayConfig } from "../config.ts";

/** Opens the web door. A port that is taken is named, with the setting that changes it. */
export async function listen(app: FastifyInstance, config: GatewayConfig): Promise<void> {
  const { httpHost: host, httpPort: port } = config;
  try {
    await app.listen({ host, port });
  } catch (error) {
    const taken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
    if (!taken) throw error;
    const sentence = `Port ${port} on ${host} is taken. Set TOLLBOOK_HTTP_PORT to another one.`;
    throw new Error(sentence, { cause: error });
  }
}
