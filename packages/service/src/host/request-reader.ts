import type { Readable } from "node:stream";

/**
 * Reads a call's requests one by one. The stream's own async iterator will not do: when the call
 * is to end with an error, it destroys the stream before the status has left.
 */
export class RequestReader {
  readonly #call: Readable;
  #wake: (() => void) | undefined;

  constructor(call: Readable) {
    this.#call = call;
    readAheadOne(call);
    const wake = () => this.#wake?.();
    call.on("readable", wake);
    call.on("end", wake);
    call.on("close", wake);
  }

  /** The next message as it came, or undefined after the last. */
  next(): Promise<Buffer | undefined> {
    return new Promise((resolve) => {
      const look = () => {
        const bytes: Buffer | null = this.#call.read();
        if (bytes === null && !this.#call.readableEnded && !this.#call.destroyed) return;
        this.#wake = undefined;
        resolve(bytes ?? undefined);
      };
      this.#wake = look;
      look();
    });
  }
}

/**
 * grpc-js reads 16 messages ahead of whom it reads for: of large ones that is too many, and it has
 * no public word for fewer. Should the insides of Node's streams change, it is 16 again.
 */
function readAheadOne(call: Readable): void {
  const { _readableState: state } = call as { _readableState?: { highWaterMark: number } };
  if (state !== undefined) state.highWaterMark = 1;
}
