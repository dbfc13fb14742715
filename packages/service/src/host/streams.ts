/** How often connections of open streams are looked at for their age. */
const lookEveryMs = 500;

/** One stream being served, as far as ending it goes. */
export interface OpenStream {
  /** True when its connection takes no new calls any more. */
  connectionIsEnding(): boolean;
  /** Asks it to end at the next message boundary. */
  end(): void;
}

/** The open streams of a host: ended at a drain, and when their connection has reached its age. */
export class Streams {
  readonly #open = new Set<OpenStream>();
  #timer: NodeJS.Timeout | undefined;
  #draining = false;

  get size(): number {
    return this.#open.size;
  }

  add(stream: OpenStream): void {
    this.#open.add(stream);
    if (this.#draining) stream.end();
    this.#timer ??= setInterval(() => this.#look(), lookEveryMs).unref();
  }

  delete(stream: OpenStream): void {
    this.#open.delete(stream);
    if (this.#open.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  drain(): void {
    this.#draining = true;
    for (const stream of this.#open) stream.end();
  }

  #look(): void {
    for (const stream of this.#open) if (stream.connectionIsEnding()) stream.end();
  }
}

/**
 * Whether grpc-js has told this call's connection to go away (`grpc.max_connection_age_ms`): its
 * HTTP/2 session is then closed for new calls. grpc-js has no public word for it; should its
 * insides change, streams are cut at the end of the grace instead of ending in time.
 */
export function connectionIsEnding(call: object): boolean {
  const { call: inner } = call as { call?: { stream?: { session?: { closed?: boolean } } } };
  return inner?.stream?.session?.closed === true;
}
