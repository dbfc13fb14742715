/** What is to be done when the process is about to end. */
export interface Ending {
  /** Somebody else ends the process, in its own time: hurry, and keep nothing open. */
  letGo(): void;
  /** The last chance: resolves when all is done. Does not reject. */
  finish(): Promise<void>;
}

/** From the signal to the end. */
const FINISH_MAX_MS = 5_000;

const signals = ["SIGTERM", "SIGINT"] as const;
type Signal = (typeof signals)[number];

/** All SDKs of the process, even of several copies of this module, listen as one. */
const registered = Symbol.for("tollbook.endings");
const shared = globalThis as { [registered]?: Set<Ending> };
shared[registered] ??= new Set<Ending>();
const endings: Set<Ending> = shared[registered];

/**
 * Calls back when the process is asked to end, or has nothing left to do, and leaves what the host
 * does about signals as it is: where nobody else listens, the process still dies of the signal,
 * after `finish`; where somebody does, that is up to them. Gives what calls it off.
 */
export function atProcessEnd(ending: Ending): () => void {
  if (endings.size === 0) listen();
  endings.add(ending);
  return () => {
    endings.delete(ending);
    if (endings.size === 0) stopListening();
  };
}

const listeners = {
  SIGTERM: () => onSignal("SIGTERM"),
  SIGINT: () => onSignal("SIGINT"),
};
let signalled = false;

function listen(): void {
  for (const signal of signals) process.on(signal, listeners[signal]);
  process.on("beforeExit", finishAll);
}

function stopListening(): void {
  for (const signal of signals) process.off(signal, listeners[signal]);
  process.off("beforeExit", finishAll);
}

function onSignal(signal: Signal): void {
  const others = process.listenerCount(signal) - 1 - listenersOfSignalExit();
  if (others > 0) {
    for (const ending of endings) ending.letGo();
    return;
  }
  const isRepeated = signalled;
  signalled = true;
  if (isRepeated) die(signal);
  else void finishAll().then(() => die(signal));
}

/** Within a bound, whatever happens: a process that cannot end is worse than a lost count. */
async function finishAll(): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, FINISH_MAX_MS);
  await Promise.race([late, Promise.all([...endings].map((ending) => ending.finish()))]);
  clearTimeout(timer);
}

function die(signal: Signal): void {
  stopListening();
  process.kill(process.pid, signal);
}

/** The package signal-exit waits, as we do, until nobody else listens; it is not to wait for us. */
function listenersOfSignalExit(): number {
  type Counting = { count?: number } | undefined;
  const known = [
    Reflect.get(globalThis, Symbol.for("signal-exit emitter")),
    Reflect.get(process, "__signal_exit_emitter__"),
  ] as Counting[];
  return known.reduce((sum, emitter) => sum + (emitter?.count ?? 0), 0);
}
