import { setTimeout as sleep } from "node:timers/promises";
import type { Settled } from "../domain/outcome.ts";
import type { Claimed, Needs } from "./needs.ts";
import { type Repeated, repeat } from "./repeat.ts";
import { sendDelivery, settleDelivery } from "./send-delivery.ts";

/** E-mails on their way at once: what a mail server takes from one client without a frown. */
const concurrencyMax = 4;

/** A delivery whose process died is taken over after this; a living one renews in time. */
const defaultLeaseMs = 30_000;

/** A notification is lost with its connection; this finds what it would have told. */
const pollMs = 1_000;

/** What is on its way when the process must stop may take this much longer. */
const stopGraceMs = 2_000;

/** Pauses between attempts to record what the mail server has taken. */
const settlePauses = { firstMs: 50, lastMs: 2_000 };

/** A sender at work. */
export interface Sender {
  /** Has it look for what is due now. */
  kick(): void;
  /** Claims no more; resolves when what is on its way has ended, or the grace is over. */
  stop(): Promise<void>;
}

/**
 * Sends what is due, a few at a time, in any number of processes: a delivery is claimed for a
 * while, and the claim renewed for as long as its attempt takes. Never throws.
 */
export function startSender(needs: Needs, leaseMs = defaultLeaseMs): Sender {
  const { queue, logger, mailer } = needs;
  const onTheirWay = new Map<string, Promise<void>>();
  const given = { up: new AbortController(), unrecorded: 0 };

  const send = async (claimed: Claimed) => {
    const settled = await sendDelivery(needs)(claimed);
    given.unrecorded += 1;
    await record(needs, claimed, settled, given.up.signal);
    given.unrecorded -= 1;
  };
  const claiming: Repeated = repeat({ name: "sender", everyMs: pollMs, logger }, async () => {
    const room = concurrencyMax - onTheirWay.size;
    // What could not be recorded yet may look due: nothing is claimed before it is.
    if (room === 0 || given.unrecorded > 0 || !mailer.available) return;
    for (const claimed of await queue.claim(room, leaseMs)) {
      const sent = send(claimed).finally(() => {
        onTheirWay.delete(claimed.claimId);
        claiming.kick();
      });
      onTheirWay.set(claimed.claimId, sent);
    }
  });
  const renewing = repeat({ name: "leases", everyMs: leaseMs / 3, logger }, async () => {
    if (onTheirWay.size > 0) await queue.renew([...onTheirWay.keys()], leaseMs);
  });
  return {
    kick: claiming.kick,
    stop: async () => {
      await claiming.stop();
      const grace = new AbortController();
      const all = Promise.allSettled(onTheirWay.values());
      const enough = sleep(stopGraceMs, undefined, { signal: grace.signal }).catch(() => {});
      await Promise.race([all, enough]);
      grace.abort();
      given.up.abort();
      await renewing.stop();
    },
  };
}

/**
 * Records an outcome. What the mail server has taken is recorded however long the database is
 * away: only a process that dies before that may have its e-mail sent a second time. Anything else
 * is simply tried again when the claim has run out.
 */
async function record(
  needs: Needs,
  claimed: Claimed,
  settled: Settled,
  givenUp: AbortSignal,
): Promise<void> {
  const { deliveryId } = claimed.delivery;
  for (let pauseMs = settlePauses.firstMs; ; ) {
    try {
      await settleDelivery(needs)(claimed, settled);
      return;
    } catch (err) {
      needs.logger.warn({ err, deliveryId, settled: settled.state }, "cannot be recorded yet");
      if (settled.state !== "sent" || givenUp.aborted) return;
    }
    await sleep(pauseMs);
    pauseMs = Math.min(pauseMs * 2, settlePauses.lastMs);
  }
}
