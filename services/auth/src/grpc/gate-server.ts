import {
  AckMode,
  type CheckRequest,
  type CheckResponse,
  CheckStreamResponse,
  CountMode,
  type GateServiceServer,
  GateServiceService,
  SettleResponse,
} from "@tollbook/contracts/gate/v1";
import { invalidField, newId } from "@tollbook/domain";
import type { Gate, Reservation } from "@tollbook/gate";
import { bidi, type Door, requireAccount, unary } from "@tollbook/service";
import type { HostedGates } from "../app/hosted-gates.ts";
import type { TokenSeal } from "../domain/settle-token.ts";
import { fromProtoCheck, fromProtoSettle } from "./check-words.ts";
import { gatePermissions } from "./permissions.ts";
import { protoVerdict } from "./proto-verdict.ts";

/** A call's facts take a few hundred bytes; more is a mistake or an attack. */
const checkBytesMax = 64 * 1_024;
const checksMax = 1_000;

/** May this call pass? The same engine that the SDK embeds. */
export const gateDoor = (gates: HostedGates, tokens: TokenSeal): Door => {
  const check = checkWith(gates, tokens);
  const implementation: Partial<GateServiceServer> = {
    check: unary((request, caller) => check(requireAccount(caller), request)),
    checkBatch: unary(async ({ checks }, caller) => {
      const accountId = requireAccount(caller);
      requireFew("checks", checks.length);
      return { checks: await Promise.all(checks.map((one) => check(accountId, one))) };
    }),
    checkStream: bidi(async function* (requests, caller) {
      const accountId = requireAccount(caller);
      for await (const { items } of requests) {
        requireFew("items", items.length);
        const results = items.map(async (item) => {
          const answer = await check(accountId, item.check ?? emptyCheck);
          return { itemId: item.itemId, check: answer };
        });
        yield CheckStreamResponse.fromPartial({ results: await Promise.all(results) });
      }
    }),
    settle: unary(async (request, caller) => {
      const accountId = requireAccount(caller);
      const reservation = tokens.open(request.settleToken, accountId) as Reservation;
      gates.of(accountId).settle(reservation, fromProtoSettle(request));
      return SettleResponse.fromPartial({ eventId: reservation.eventId });
    }),
  };
  const requestBytesMax = { Check: checkBytesMax };
  return {
    service: GateServiceService,
    implementation,
    permissions: gatePermissions,
    requestBytesMax,
  };
};

/** An item without a check is answered like a call without a key. */
const emptyCheck = { endpoint: "", method: "" } as CheckRequest;

const checkWith =
  (gates: HostedGates, tokens: TokenSeal) =>
  async (accountId: string, request: CheckRequest): Promise<CheckResponse> => {
    const gate = gates.of(accountId);
    const durable = request.ackMode === AckMode.DURABLE;
    const call = fromProtoCheck(request);
    // An event of its own is what can be waited for.
    const requestId = call.requestId ?? (durable ? newId() : undefined);
    const verdict = await gate.check({ ...call, requestId });
    const later = request.countMode === CountMode.LATER && verdict.allowed;
    const reservation = later ? verdict.reserve() : undefined;
    const settleToken = reservation ? tokens.seal(reservation, accountId) : "";
    if (durable && verdict.allowed && !reservation) await acknowledged(gate, verdict.eventId);
    return protoVerdict(verdict, { settleToken, eventId: reservation?.eventId });
  };

async function acknowledged(gate: Gate, eventId: string | undefined): Promise<void> {
  if (eventId !== undefined) await gate.acknowledged(eventId);
}

function requireFew(field: string, count: number): void {
  if (count <= checksMax) return;
  throw invalidField(field, "TOO_MANY", `Send at most ${checksMax} at once.`);
}
