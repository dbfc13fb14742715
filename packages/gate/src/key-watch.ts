import type { GateEnvironment } from "./gate-environment.ts";
import type { KeyDirectory } from "./key-directory.ts";
import { SILENCE_MAX_MS } from "./key-directory.ts";
import type { KeyNews } from "./key-record.ts";
import { Trouble } from "./trouble.ts";

/** Keeps the stream of changes open: a broken or silent one is opened again where it stopped. */
export class KeyWatch {
  readonly #environment: GateEnvironment;
  readonly #directory: KeyDirectory;
  readonly #trouble: Trouble;
  #version: bigint | undefined;
  #abort: AbortController | undefined;
  #stopped = false;

  constructor(environment: GateEnvironment, directory: KeyDirectory) {
    this.#environment = environment;
    this.#directory = directory;
    this.#trouble = new Trouble(environment.random);
  }

  /** Opens the stream in the background; what goes wrong is told to the observer. */
  start(): void {
    if (this.#abort !== undefined || this.#stopped) return;
    void this.#listen();
  }

  /** Closes the stream for good. */
  stop(): void {
    this.#stopped = true;
    this.#abort?.abort();
  }

  async #listen(): Promise<void> {
    const { elapsed, observer, clock } = this.#environment;
    const abort = new AbortController();
    this.#abort = abort;
    try {
      await this.#follow(abort.signal);
    } catch (error) {
      if (!this.#stopped) observer.trouble?.("watch-keys", error);
    }
    abort.abort();
    if (this.#stopped) return;
    this.#trouble.failed(elapsed.now());
    const waitMs = this.#trouble.retryInMs(elapsed.now());
    clock.after(waitMs, () => {
      if (!this.#stopped) void this.#listen();
    });
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { ports, elapsed } = this.#environment;
    const stream = ports.watchKeys(this.#version, signal)[Symbol.asyncIterator]();
    for (;;) {
      const next = await this.#withinSilence(stream, signal);
      if (next.done || this.#stopped) return;
      this.#directory.apply(next.value, elapsed.now(), this.#version === undefined);
      this.#version = next.value.version;
      this.#trouble.passed();
    }
  }

  /** The next message; rejects when the stream was silent for longer than its heartbeats allow. */
  #withinSilence(
    stream: AsyncIterator<KeyNews>,
    signal: AbortSignal,
  ): Promise<IteratorResult<KeyNews>> {
    return new Promise((resolve, reject) => {
      const cancel = this.#environment.clock.after(SILENCE_MAX_MS, () => {
        this.#abort?.abort();
        reject(new Error("the stream of key changes fell silent"));
      });
      const ended = () => {
        cancel();
        reject(new Error("the stream of key changes was closed"));
      };
      signal.addEventListener("abort", ended, { once: true });
      stream
        .next()
        .then(resolve, reject)
        .finally(() => {
          cancel();
          signal.removeEventListener("abort", ended);
        });
    });
  }
}
