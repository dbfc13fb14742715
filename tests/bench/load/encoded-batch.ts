import { RecordUsageRequest } from "@tollbook/contracts/metering/v1";
import { newId } from "@tollbook/domain";

/**
 * A usage batch in its wire bytes, encoded once; each sending only writes new ids into it, so that
 * a measurement loads the server and not itself. Not to be refreshed while it is being sent.
 */
export class EncodedBatch {
  readonly #bytes: Buffer;
  /** Where ids stand in the bytes, as text. */
  readonly #idsAt: readonly number[];

  constructor(request: Partial<RecordUsageRequest>) {
    const whole = RecordUsageRequest.fromPartial({ ...request, batchId: newId() });
    this.#bytes = Buffer.from(RecordUsageRequest.encode(whole).finish());
    const ids = [whole.batchId, ...whole.events.map(({ eventId }) => eventId)];
    let from = 0;
    this.#idsAt = ids.map((id) => {
      from = this.#bytes.indexOf(id, from, "latin1");
      if (from < 0) throw new Error("an id of a batch is not in its bytes, in the order of items");
      return from;
    });
  }

  /** The bytes as a batch that nobody has sent before. */
  fresh(): Buffer {
    for (const at of this.#idsAt) this.#bytes.write(newId(), at, "latin1");
    return this.#bytes;
  }
}
