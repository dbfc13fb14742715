import type { Logger } from "pino";

/** One step of stopping: what is stopped, and how. */
export interface StopStep {
  readonly name: string;
  stop(): Promise<void>;
}

/** What to stop, in which order and time. */
export interface ShutdownOptions {
  /** Stopped one after the other, in this order: doors first, storage last. */
  steps: readonly StopStep[];
  /** For all steps together; then the process ends anyway, with code 1. */
  withinMs: number;
  logger: Logger;
  /** Ends the process; `process.exit` unless told otherwise. */
  exit?: (code: number) => void;
}

/** Stops everything in order; a step that fails does not keep the others from stopping. */
export async function stopInOrder({ steps, logger }: ShutdownOptions): Promise<boolean> {
  let clean = true;
  for (const { name, stop } of steps) {
    try {
      await stop();
    } catch (error) {
      clean = false;
      logger.error({ err: error, step: name }, "stopping failed");
    }
  }
  return clean;
}

/**
 * Stops in order at SIGTERM or SIGINT, and then ends the process: with 0 if all went well, with 1
 * if a step failed or the time was up. A second signal ends it at once.
 */
export function stopOnSignals(options: ShutdownOptions): void {
  const { logger, withinMs, exit = process.exit } = options;
  let stopping = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (stopping) return exit(1);
    stopping = true;
    logger.info({ signal }, "stopping");
    setTimeout(() => {
      logger.error({ withinMs }, "stopping took too long");
      exit(1);
    }, withinMs).unref();
    void stopInOrder(options).then((clean) => {
      logger.info("stopped");
      exit(clean ? 0 : 1);
    });
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
}
