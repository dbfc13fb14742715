import type { Alert } from "../domain/alert.ts";
import type { Needs } from "./needs.ts";
import { tellAlert } from "./tell-alert.ts";

/**
 * Looks again at alerts whose account or customer was not known. The news of an account comes by
 * event, at the latest with the next pull; a customer is also asked of auth.
 */
export const addressWaitingAlerts = (needs: Needs) => async (): Promise<void> => {
  for (const alert of await needs.waiting.claimDue()) await addressWaiting(needs, alert);
};

async function addressWaiting(needs: Needs, alert: Alert): Promise<void> {
  const told = await tellWaiting(needs, alert);
  if (told === "told" || told.missing !== "customer") return;
  const { accountId, about } = alert;
  try {
    const customer = await needs.directory.customer(accountId, about.customerId);
    if (!customer) return;
    await needs.database.inAccount(accountId, (tx) => needs.references.saveCustomer(tx, customer));
  } catch (err) {
    needs.logger.debug({ err, accountId }, "auth cannot be asked who a customer is; later again");
    return;
  }
  await tellWaiting(needs, alert);
}

function tellWaiting(needs: Needs, alert: Alert) {
  const { accountId, eventId, about } = alert;
  return needs.database.inAccount(accountId, (tx) =>
    tellAlert(needs)(tx, alert, () => needs.waiting.take(tx, eventId, about.kind)),
  );
}
