import { Worker } from "node:worker_threads";
import { DomainError } from "@tollbook/domain";
import type { Invoice } from "../domain/invoice.ts";
import { printedInvoice } from "./printed-invoice.ts";
import type { RenderAnswer, RenderRequest } from "./render-thread.ts";

/** Makes PDFs beside the main thread, so that a long invoice holds up no call. */
export interface Renderer {
  render(invoice: Invoice): Promise<Uint8Array>;
  stop(): Promise<void>;
}

/** At 40 a second, whoever waits behind these waits five seconds; more are sent away. */
const WAITING_MAX = 200;

const RETRY_AFTER_MS = 2_000;

interface Waiting {
  resolve(bytes: Uint8Array): void;
  reject(error: Error): void;
}

/** The thread is started by the first PDF, and again if it dies. */
export function createRenderer(): Renderer {
  const waiting = new Map<number, Waiting>();
  let thread: Worker | undefined;
  let lastId = 0;

  const fail = (error: Error) => {
    thread = undefined;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  const start = (): Worker => {
    const worker = new Worker(new URL("./render-thread.ts", import.meta.url));
    worker.unref();
    worker.on("message", (answer: RenderAnswer) => {
      const asked = waiting.get(answer.id);
      waiting.delete(answer.id);
      if ("bytes" in answer) asked?.resolve(answer.bytes);
      else asked?.reject(new Error(answer.problem));
    });
    worker.on("error", fail);
    worker.on("exit", () => fail(new Error("the PDF thread has ended")));
    return worker;
  };
  return {
    render: (invoice) => {
      if (waiting.size >= WAITING_MAX) throw busy();
      thread ??= start();
      lastId += 1;
      const request: RenderRequest = { id: lastId, invoice: printedInvoice(invoice) };
      return new Promise((resolve, reject) => {
        waiting.set(request.id, { resolve, reject });
        thread?.postMessage(request);
      });
    },
    stop: async () => {
      await thread?.terminate();
    },
  };
}

function busy(): DomainError {
  const sentence = "Many PDFs are being made right now; please try again.";
  const extra = { retryAfterMs: RETRY_AFTER_MS };
  return new DomainError("unavailable", "PDF_BUSY", sentence, {}, extra);
}
