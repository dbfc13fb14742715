/** What a wait gives that was told to stop. */
export const interrupted = Symbol("interrupted");

/**
 * Waits for promises until told to stop. Unlike `Promise.race` with one long-lived promise, it
 * holds on to nothing but the wait under way, so a stream of a million frames leaks none of them.
 */
export class Interruptible {
  #interrupted = false;
  #wake: (() => void) | undefined;

  get isInterrupted(): boolean {
    return this.#interrupted;
  }

  interrupt(): void {
    this.#interrupted = true;
    this.#wake?.();
  }

  /** What the promise gives, or `interrupted` if that comes first; then the promise is let go. */
  wait<T>(promise: Promise<T>): Promise<T | typeof interrupted> {
    return new Promise((resolve, reject) => {
      this.#wake = () => resolve(interrupted);
      promise.then(resolve, reject);
      if (this.#interrupted) resolve(interrupted);
    });
  }
}
