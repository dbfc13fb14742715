import { Client, credentials, Metadata } from "@grpc/grpc-js";
import { RecordUsageResponse, UsageServiceService } from "@tollbook/contracts/metering/v1";

const deadlineMs = 30_000;

/** Sends batches that are bytes already. */
export class UsageClient {
  readonly #client: Client;
  readonly #metadata = new Metadata();

  constructor(port: number, rootKey: string) {
    this.#client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), {
      "grpc.enable_channelz": 0,
    });
    this.#metadata.set("authorization", `Bearer ${rootKey}`);
  }

  record(batch: Buffer): Promise<RecordUsageResponse> {
    const { path } = UsageServiceService.recordUsage;
    const options = { deadline: Date.now() + deadlineMs };
    return new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest(
        path,
        (bytes: Buffer) => bytes,
        RecordUsageResponse.decode,
        batch,
        this.#metadata,
        options,
        (error, answer) => (error || !answer ? reject(error) : resolve(answer)),
      );
    });
  }

  close(): void {
    this.#client.close();
  }
}
