import { credentials, Metadata } from "@grpc/grpc-js";
import { TimeServiceClient } from "@tollbook/contracts/local/v1";

/** Schedulers run before the platform answers. */
const travelMs = 60_000;

/** Moves the platform's business time forward, over gRPC. */
export async function travel(grpc: string, to: string): Promise<void> {
  const client = new TimeServiceClient(grpc, credentials.createInsecure());
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const options = { deadline: Date.now() + travelMs };
  client.travel({ time: new Date(to) }, new Metadata(), options, (error) => {
    if (error) reject(error);
    else resolve();
  });
  return promise.finally(() => client.close());
}
