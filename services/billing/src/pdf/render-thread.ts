import { parentPort } from "node:worker_threads";
import type { PrintedInvoice } from "./printed-invoice.ts";
import { renderInvoice } from "./render-invoice.ts";

/** What is asked of the thread, and what it answers. */
export interface RenderRequest {
  readonly id: number;
  readonly invoice: PrintedInvoice;
}
export type RenderAnswer =
  | { readonly id: number; readonly bytes: Uint8Array }
  | { readonly id: number; readonly problem: string };

parentPort?.on("message", async ({ id, invoice }: RenderRequest) => {
  parentPort?.postMessage(await answer(id, invoice));
});

async function answer(id: number, invoice: PrintedInvoice): Promise<RenderAnswer> {
  try {
    return { id, bytes: await renderInvoice(invoice) };
  } catch (error) {
    return { id, problem: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
