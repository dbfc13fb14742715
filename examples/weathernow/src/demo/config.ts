import { parseArgs } from "node:util";

/** How the demo is to be played. */
export interface DemoOptions {
  /** Leave the platform running at the end, until Ctrl-C. */
  keep: boolean;
  /** A tenth of the paying customers' calls. */
  small: boolean;
}

/** What the demo was started with; throws a sentence about options that do not exist. */
export function demoOptions(): DemoOptions {
  const options = { keep: { type: "boolean" }, small: { type: "boolean" } } as const;
  const { keep = false, small = false } = parseArgs({ options }).values;
  return { keep, small };
}

/** What child processes need of our environment; no setting of Tollbook gets to them by chance. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env);
  return Object.fromEntries(entries.filter(([name]) => !/^(TOLLBOOK|WEATHERNOW)_/.test(name)));
}

/** A nats-server that somebody chose for this machine. */
export const configuredNatsServer = process.env.TOLLBOOK_NATS_SERVER;
