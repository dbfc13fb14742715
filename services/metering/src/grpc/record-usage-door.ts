import type {
  RecordUsageRequest,
  RecordUsageResponse,
  RecordUsageStreamRequest,
  RecordUsageStreamResponse,
} from "@tollbook/contracts/metering/v1";
import { DomainError } from "@tollbook/domain";
import {
  bidiFrames,
  type CallContext,
  type Caller,
  type Frame,
  inAnyOrder,
  type Logger,
  requireAccount,
  toGrpcError,
  unaryFrame,
} from "@tollbook/service";
import type { Metering } from "../app/index.ts";
import type { ReportedItem, UsageBatch } from "../domain/usage-item.ts";
import { readStreamedUsage, readUsage } from "./read-usage.ts";
import { toProtoReceipt } from "./to-proto-receipt.ts";
import type { UsageIntake } from "./usage-intake.ts";

/** Batches of one stream that are in work: a round trip to PostgreSQL is hidden by a few. */
const STREAM_BATCHES_MAX = 8;

/** Takes usage in, one batch a call. */
export function recordUsageUnary(app: Metering, intake: UsageIntake) {
  return unaryFrame<RecordUsageRequest, UsageBatch, RecordUsageResponse>(
    readUsage,
    async (frame, caller, call) => {
      const release = await intake.turn(frame.bytes, call);
      try {
        return await record(app, caller, frame.decode());
      } finally {
        release();
      }
    },
  );
}

/**
 * Takes usage in, many batches a connection, each answered once, in any order. Whoever reads no
 * answers, or sends faster than its batches have their turn, is read from no further.
 */
export function recordUsageStream(app: Metering, intake: UsageIntake, logger: Logger) {
  return bidiFrames<RecordUsageStreamRequest, StreamedUsage, RecordUsageStreamResponse>(
    readStreamedUsage,
    async function* (frames, caller, call) {
      const close = intake.openStream();
      try {
        const turns = inTurn(frames, intake, call);
        const work = (turn: Turn) => answer({ app, logger }, caller, turn);
        yield* inAnyOrder(turns, work, STREAM_BATCHES_MAX);
      } finally {
        close();
      }
    },
  );
}

/** A request of a stream without a batch is an error of its own. */
type StreamedUsage = UsageBatch | undefined;

interface Turn {
  readonly frame: Frame<StreamedUsage>;
  readonly release: () => void;
}

/** The next batch is not read before there is room to work on this one. */
async function* inTurn(
  frames: AsyncIterable<Frame<StreamedUsage>>,
  intake: UsageIntake,
  call: CallContext,
): AsyncGenerator<Turn> {
  for await (const frame of frames) {
    yield { frame, release: await intake.turn(frame.bytes, call) };
  }
}

async function answer(
  { app, logger }: { app: Metering; logger: Logger },
  caller: Caller,
  { frame, release }: Turn,
): Promise<RecordUsageStreamResponse> {
  let batchId = "";
  try {
    const batch = frame.decode();
    if (batch === undefined) throw batchMissing();
    batchId = batch.batchId;
    return { result: { $case: "receipt", value: await record(app, caller, batch) } };
  } catch (error) {
    const failure = failureOf(batchId, error);
    if (isOurs(error)) logger.error({ err: error, batchId }, "a batch of a stream failed");
    return { result: { $case: "failure", value: failure } };
  } finally {
    release();
  }
}

async function record(
  app: Metering,
  caller: Caller,
  batch: UsageBatch,
): Promise<RecordUsageResponse> {
  requireScopes(caller, batch);
  return toProtoReceipt(await app.recordUsage(requireAccount(caller), batch), app.now());
}

/** Throws "permission-denied" SCOPE_MISSING for what not everybody who sends usage may do. */
function requireScopes(caller: Caller, { items, samples = [] }: UsageBatch): void {
  if (caller.kind !== "root-key") return;
  const require = (scope: string, what: string) => {
    if (caller.scopes.includes(scope)) return;
    const sentence = `This root key lacks the scope ${scope}, which ${what} asks for.`;
    throw new DomainError("permission-denied", "SCOPE_MISSING", sentence, { scope });
  };
  const namesHashes = items.some(namesHash) || samples.some(namesHash);
  if (namesHashes) require("gate:check", "naming keys by hash");
  const corrects = items.some((item) => item.corrects !== undefined);
  if (corrects) require("usage:correct", "taking usage back");
}

function namesHash({ heading }: ReportedItem): boolean {
  return heading.caller?.kind === "key-hash";
}

function batchMissing(): DomainError {
  return new DomainError("invalid", "EMPTY_BATCH", "A request of this stream has a batch.");
}

/** What went wrong on our side may be right a second later. */
const OUTAGE_RETRY_MS = 1_000;

function failureOf(batchId: string, error: unknown) {
  const { code = 0, details: message = "" } = toGrpcError(error);
  const { reason, retryAfterMs } = error instanceof DomainError ? error : unexpected;
  const waitMs = Math.ceil(retryAfterMs ?? (isOurs(error) ? OUTAGE_RETRY_MS : 0));
  return { batchId, code, reason, message, retryAfterMs: waitMs };
}

const unexpected = { reason: "INTERNAL", retryAfterMs: undefined };

function isOurs(error: unknown): boolean {
  if (!(error instanceof DomainError)) return true;
  return error.kind === "unavailable" || error.kind === "internal";
}
