import { hearAccount, hearCustomer } from "./hear-references.ts";
import type { Needs } from "./needs.ts";
import { raiseAlert } from "./raise-alert.ts";
import { resendDelivery } from "./resend-delivery.ts";
import { startBackground } from "./start-background.ts";

/** What the notifier can do: the table of contents of this folder. */
export const notifier = (needs: Needs) => ({
  database: needs.database,
  deliveries: needs.deliveries,
  hearAccount: hearAccount(needs),
  hearCustomer: hearCustomer(needs),
  raiseAlert: raiseAlert(needs),
  resendDelivery: resendDelivery(needs),
  startBackground: (leaseMs?: number) => startBackground(needs, leaseMs),
});

export type Notifier = ReturnType<typeof notifier>;
