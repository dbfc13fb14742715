import {
  GetInvoicePdfResponse,
  GetInvoiceResponse,
  type InvoiceServiceServer,
  InvoiceServiceService,
  ListInvoicesResponse,
  PreviewInvoiceResponse,
} from "@tollbook/contracts/billing/v1";
import { parseId } from "@tollbook/domain";
import { type Door, requireAccount, unary } from "@tollbook/service";
import type { Billing } from "../app/index.ts";
import { protoInvoice, protoPreview } from "./convert-invoice.ts";
import { parsePage, toPage } from "./page-token.ts";
import { invoicePermissions } from "./permissions.ts";

/** What is owed. Finalizing and voiding by hand, items, e-invoices: not built yet. */
export const invoiceDoor = (app: Billing): Door => ({
  service: InvoiceServiceService,
  implementation: implementation(app),
  permissions: invoicePermissions,
});

const implementation = (app: Billing): Partial<InvoiceServiceServer> => ({
  previewInvoice: unary(async (request, caller) => {
    const subscriptionId = parseId(request.subscriptionId, "subscription_id");
    const planId = request.planId === "" ? "" : parseId(request.planId, "plan_id");
    const draft = await app.previewInvoice(requireAccount(caller), { subscriptionId, planId });
    return PreviewInvoiceResponse.fromPartial({ invoice: protoPreview(draft) });
  }),
  listInvoices: unary(async ({ pageSize, pageToken, customerId: text }, caller) => {
    const customerId = text === "" ? "" : parseId(text, "customer_id");
    const page = parsePage(pageSize, pageToken, ["ListInvoices", customerId]);
    const rows = await app.database.inAccount(requireAccount(caller), (tx) =>
      app.invoices.list(tx, page, customerId),
    );
    const { items, nextPageToken } = toPage(rows, page, ({ invoiceId }) => invoiceId);
    return ListInvoicesResponse.fromPartial({ invoices: items.map(protoInvoice), nextPageToken });
  }),
  getInvoice: unary(async (request, caller) => {
    const invoiceId = parseId(request.invoiceId, "invoice_id");
    const invoice = await app.database.inAccount(requireAccount(caller), (tx) =>
      app.invoices.get(tx, invoiceId),
    );
    return GetInvoiceResponse.fromPartial({ invoice: protoInvoice(invoice) });
  }),
  getInvoicePdf: unary(async (request, caller) => {
    const invoiceId = parseId(request.invoiceId, "invoice_id");
    const { name, bytes } = await app.invoicePdf(requireAccount(caller), invoiceId);
    const file = { contentType: "application/pdf", fileName: name, data: Buffer.from(bytes) };
    return GetInvoicePdfResponse.fromPartial({ file });
  }),
});
