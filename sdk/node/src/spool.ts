import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { UsageBatch } from "@tollbook/gate";
import type { TellTrouble } from "./trouble.ts";

/** Batches taken up again at a start; the rest waits for the next. */
const TAKEN_UP_MAX = 1_000;

/**
 * Usage on disk until it is acknowledged, so that it survives the process. Processes may share a
 * folder: a batch that two of them send counts once, by its id.
 */
export interface Spool {
  /** False if nothing is kept. */
  readonly isOpen: boolean;
  /** Writes a batch down before its first sending. Never rejects. */
  keep(batch: UsageBatch): Promise<void>;
  /** Forgets a batch that is settled. Never rejects. */
  forget(batch: UsageBatch): Promise<void>;
  /** Resolves when all that was to be forgotten is gone from the disk. Never rejects. */
  forgotten(): Promise<void>;
  /** What an earlier process left behind. Never rejects. */
  takeUp(): Promise<UsageBatch[]>;
}

/** A spool in a folder, made if it is not there; without one, nothing is kept. */
export function openSpool(folder: string | undefined, tell: TellTrouble): Spool {
  if (folder === undefined) {
    const nothing = async () => {};
    const none = { keep: nothing, forget: nothing, forgotten: nothing, takeUp: async () => [] };
    return { isOpen: false, ...none };
  }
  const kept = new Set<string>();
  const forgetting = new Set<Promise<void>>();
  const told = (cause: unknown) => {
    tell("spool", `Usage cannot be kept in TOLLBOOK_SPOOL (${folder}): ${cause}`, { cause });
  };
  return {
    isOpen: true,
    async keep(batch) {
      if (kept.has(batch.batchId)) return;
      kept.add(batch.batchId);
      await writeWhole(folder, batch).catch(told);
    },
    async forget({ batchId }) {
      kept.delete(batchId);
      const removal = rm(join(folder, fileOf(batchId)), { force: true }).catch(told);
      forgetting.add(removal);
      await removal;
      forgetting.delete(removal);
    },
    async forgotten() {
      await Promise.all(forgetting);
    },
    async takeUp() {
      const batches = await readAll(folder).catch((error) => {
        told(error);
        return [];
      });
      for (const { batchId } of batches) kept.add(batchId);
      return batches;
    },
  };
}

const suffix = ".usage.json";

function fileOf(batchId: string): string {
  return `${batchId}${suffix}`;
}

/** Under another name until it is complete: half a batch would be another batch. */
async function writeWhole(folder: string, batch: UsageBatch): Promise<void> {
  const file = join(folder, fileOf(batch.batchId));
  await writeFile(`${file}.new`, JSON.stringify(batch), { mode: 0o600 });
  await rename(`${file}.new`, file);
}

/** Oldest first: the ids are in the order of time. */
async function readAll(folder: string): Promise<UsageBatch[]> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const names = (await readdir(folder)).filter((name) => name.endsWith(suffix)).sort();
  const files = names.slice(0, TAKEN_UP_MAX).map((name) => join(folder, name));
  const batches = await Promise.all(files.map(readBatch));
  return batches.filter((batch) => batch !== undefined);
}

/** Undefined if another process has just delivered it. */
async function readBatch(file: string): Promise<UsageBatch | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as UsageBatch;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
