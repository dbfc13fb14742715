import type { Logger } from "pino";

/** A header's value stands behind its name. */
const VALUE = /(metadata entry [^:]+): .*/s;

/**
 * Where grpc-js, which has one log for a whole process, complains. Left alone it writes to the
 * console, and a header that it cannot take in whole: the key of a caller among them.
 */
export function grpcLog(logger: Logger): Partial<Console> {
  const warn = (words: unknown) => {
    logger.warn({ words: String(words).replace(VALUE, "$1") }, "grpc-js complains");
  };
  return { error: warn, info: warn, debug: warn };
}
