/**
 * How Node.js runs what serves: with a small young generation, an old one that is cleaned when it
 * has grown by two thirds, and one helper that collects beside it, which leaves a core of two to
 * PostgreSQL. Left alone, V8 lets both grow for as long as the machine has memory: metering under
 * full load had 500 to 650 MB, of which 45 were alive. See docs/decisions/0090.
 */
export const nodeOptions: readonly string[] = [
  "--max-semi-space-size=4",
  "--heap-growing-percent=65",
  "--v8-pool-size=1",
];
