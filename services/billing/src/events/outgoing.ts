import type { Entitlement as ProtoEntitlement } from "@tollbook/contracts/billing/v1";
import { EntitlementsChanged, InvoiceFinalized } from "@tollbook/contracts/billing/v1/events";
import { amountText } from "@tollbook/domain";
import { announcement } from "@tollbook/events";
import type { News } from "../app/needs.ts";
import type { Entitlement } from "../domain/entitlement.ts";
import type { Invoice } from "../domain/invoice.ts";

/** The facts billing tells. An entitlement is told in the words the doors answer with. */
export const newsIn = (protoEntitlement: (entitlement: Entitlement) => ProtoEntitlement): News => ({
  entitlementsChanged: (accountId, entitlement) => {
    const message = { entitlement: protoEntitlement(entitlement) };
    return announcement(EntitlementsChanged, message, accountId);
  },
  invoiceFinalized: (accountId, invoice) =>
    announcement(InvoiceFinalized, invoiceFinalized(invoice), accountId),
});

function invoiceFinalized(invoice: Invoice): InvoiceFinalized {
  const { invoiceId, number, customerId, currency, total, recipient, supplier, period } = invoice;
  return InvoiceFinalized.fromPartial({
    ...{ invoiceId, number, customerId },
    recipientName: recipient.name,
    recipientEmail: recipient.email,
    total: { currency, amount: amountText({ currency, amount: total }) },
    periodStartTime: period.start,
    periodEndTime: period.end,
    dueTime: invoice.dueTime,
    supplierName: supplier.name,
  });
}
