import {
  Invoice as ProtoInvoice,
  InvoiceLine as ProtoLine,
  InvoiceState as ProtoState,
} from "@tollbook/contracts/billing/v1";
import { decimalText, ZERO } from "@tollbook/domain";
import type { StoredInvoice } from "../app/needs.ts";
import type { InvoiceDraft, InvoiceLine, InvoiceState } from "../domain/invoice.ts";
import { protoMoney, protoParty } from "./proto-words.ts";

export function protoInvoice(invoice: StoredInvoice): ProtoInvoice {
  return ProtoInvoice.fromPartial({
    ...protoDraftInvoice(invoice),
    number: invoice.number,
    state: protoState[invoice.state],
    invoiceTime: invoice.invoiceTime,
    dueTime: invoice.dueTime,
    documentSha256: Buffer.from(invoice.documentSha256),
  });
}

/** A preview: what there is before an invoice has a number. Its id is empty, nothing is stored. */
export function protoPreview(draft: InvoiceDraft): ProtoInvoice {
  return { ...protoDraftInvoice(draft), invoiceId: "" };
}

const protoState: Readonly<Record<InvoiceState, ProtoState>> = {
  draft: ProtoState.DRAFT,
  finalized: ProtoState.FINALIZED,
  paid: ProtoState.PAID,
  void: ProtoState.VOID,
  uncollectible: ProtoState.UNCOLLECTIBLE,
};

function protoDraftInvoice(invoice: InvoiceDraft): ProtoInvoice {
  const { invoiceId, customerId, currency, period } = invoice;
  return ProtoInvoice.fromPartial({
    ...{ invoiceId, customerId, currency },
    state: ProtoState.DRAFT,
    periodStartTime: period.start,
    periodEndTime: period.end,
    supplier: protoParty(invoice.supplier),
    recipient: protoParty(invoice.recipient),
    lines: invoice.lines.map((line) => protoLine(line, currency)),
    subtotal: protoMoney(currency, invoice.subtotal),
    taxTotal: protoMoney(currency, invoice.taxTotal),
    roundOff: protoMoney(currency, invoice.roundOff),
    total: protoMoney(currency, invoice.total),
    settled: protoMoney(currency, ZERO),
  });
}

function protoLine(line: InvoiceLine, currency: string): ProtoLine {
  const { lineNumber, description, subscriptionId, chargeId, unit, sac } = line;
  return ProtoLine.fromPartial({
    ...{ lineNumber, description, subscriptionId, chargeId, unit, sac },
    quantity: decimalText(line.quantity),
    amount: protoMoney(currency, line.amount),
    arithmetic: [...line.arithmetic],
    startTime: line.startTime,
    endTime: line.endTime,
  });
}
