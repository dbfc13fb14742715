import { RecordUsageRequest, UsageServiceClient } from "@tollbook/contracts/metering/v1";
import { newId } from "@tollbook/domain";
import { createLogger } from "@tollbook/service";
import { createClient } from "@tollbook/service/client";
import { openAccount } from "../bench/world/account.ts";
import { startWorld } from "../bench/world/start-world.ts";
import { Random } from "../chaos/random.ts";
import { isAlive, residentKb } from "../scenarios/world/processes-of.ts";
import type { Outcome } from "./frame-sender.ts";
import { sendMutatedFrames, type Target } from "./send-mutated-frames.ts";

/** Frames before memory is measured first: caches, pools and compiled code are there by then. */
const WARM_UP = 400;
/** What metering may grow by. */
const GROWTH_KB_MAX = 100 * 1_024;

/** What came of an attack. */
export interface AttackResult {
  readonly alive: boolean;
  /** A good batch was counted afterwards. */
  readonly counts: boolean;
  readonly growthKb: number;
  readonly outcomes: ReadonlyMap<Outcome, number>;
}

/** Whether metering came through it: no crash, no answer left out, memory within its bound. */
export function cameThrough({ alive, counts, growthKb, outcomes }: AttackResult): boolean {
  return alive && counts && growthKb <= GROWTH_KB_MAX && !outcomes.has("no answer");
}

/** The figures that stand for it. */
export function figuresOf({ alive, counts, growthKb, outcomes }: AttackResult): string[] {
  const sorted = [...outcomes].sort(([one], [other]) => (one < other ? -1 : 1));
  return [
    `${alive ? "alive" : "DEAD"}, ${counts ? "counts" : "DOES NOT COUNT"}`,
    `memory grew by ${Math.round(growthKb / 1_024)} MB`,
    ...sorted.map(([outcome, times]) => `${String(times).padStart(7)}  ${outcome}`),
  ];
}

/** Sends bent frames to a metering process of its own. */
export async function attackMetering(
  frames: number,
  seed: number,
  say: (line: string) => void,
): Promise<AttackResult> {
  const world = await startWorld({ rawEvents: false, say });
  try {
    const { rootKey, customers } = await openAccount(world, 1);
    const target = { port: world.ports.metering, rootKey, keyId: customers[0]?.keyId ?? "" };
    const random = new Random(seed);
    await countOne(target);
    await sendMutatedFrames(target, WARM_UP, random.fork("warm-up"));
    const before = residentKb(world.meteringPid);
    const outcomes = await sendMutatedFrames(target, frames, random.fork("attack"));
    const growthKb = residentKb(world.meteringPid) - before;
    return { alive: isAlive(world.meteringPid), counts: await counted(target), growthKb, outcomes };
  } finally {
    await world.stop();
  }
}

async function counted(target: Target): Promise<boolean> {
  return countOne(target).then(
    () => true,
    () => false,
  );
}

async function countOne({ port, rootKey, keyId }: Target): Promise<void> {
  const logger = createLogger({ service: "tests", level: "silent" });
  const usage = createClient(UsageServiceClient, {
    ...{ address: `127.0.0.1:${port}`, credential: () => rootKey, deadlineMs: 15_000, logger },
    breaker: false,
  });
  const caller = { $case: "keyId" as const, value: keyId };
  const call = { caller, endpoint: "/v1/now", method: "GET", status: 200, time: new Date() };
  const events = [{ ...call, eventId: newId() }];
  const request = RecordUsageRequest.fromPartial({ batchId: newId(), events });
  const receipt = await usage.recordUsage(request).finally(() => usage.close());
  if (receipt.counted !== 1n) throw new Error(`a good batch was not counted: ${receipt.rejected}`);
}
