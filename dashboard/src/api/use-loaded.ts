import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { type Problem, problemOf } from "./problem.ts";

/** What a screen waits for. While it is loaded anew, the old value stays. */
export interface Loaded<T> {
  value: T | undefined;
  problem: Problem | undefined;
  loading: boolean;
  reload: () => void;
}

/** Loads at first and whenever `on` changes; answers that come too late are dropped. */
export function useLoaded<T>(load: () => Promise<T>, on: readonly unknown[] = []): Loaded<T> {
  const [state, setState] = useState<Omit<Loaded<T>, "reload">>(waiting);
  const turn = useRef(0);
  const latest = useRef(load);
  latest.current = load;
  const reload = useCallback(() => {
    const own = ++turn.current;
    const settle = (found: Partial<Loaded<T>>) => {
      if (own !== turn.current) return;
      setState((before) => ({ ...before, problem: undefined, ...found, loading: false }));
    };
    setState((before) => ({ ...before, loading: true }));
    latest.current().then(
      (value) => settle({ value }),
      (error) => settle({ problem: problemOf(error) }),
    );
  }, []);
  useEffect(reload, on);
  return { ...state, reload };
}

const waiting = { value: undefined, problem: undefined, loading: true };

/** Calls `work` every `everyMs` while the page is looked at, and when it is looked at again. */
export function useWhileVisible(work: () => void, everyMs: number): void {
  useEffect(() => {
    const ifVisible = () => {
      if (document.visibilityState === "visible") work();
    };
    const timer = setInterval(ifVisible, everyMs);
    document.addEventListener("visibilitychange", ifVisible);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", ifVisible);
    };
  }, [work, everyMs]);
}
