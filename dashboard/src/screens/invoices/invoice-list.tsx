import { PageHead } from "../../parts/page-head.tsx";
import { InvoiceTable } from "./invoice-table.tsx";

/** Every invoice of the account. */
export function InvoiceList() {
  return (
    <>
      <PageHead title="Invoices" lead="Made from sealed usage a day after each month ends." />
      <section class="panel">
        <InvoiceTable />
      </section>
    </>
  );
}
