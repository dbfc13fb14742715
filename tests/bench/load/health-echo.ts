import { Client, credentials } from "@grpc/grpc-js";

const EMPTY = Buffer.alloc(0);

/** The least a call over gRPC can be: a health check, which reads and writes nothing. */
export class HealthEcho {
  readonly #client: Client;

  constructor(port: number) {
    this.#client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  }

  call(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest(
        "/grpc.health.v1.Health/Check",
        () => EMPTY,
        (bytes: Buffer) => bytes,
        EMPTY,
        (error, answer) => (error ? reject(error) : resolve(answer)),
      );
    });
  }

  close(): void {
    this.#client.close();
  }
}
