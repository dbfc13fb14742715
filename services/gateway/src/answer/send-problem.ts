import { currentTraceId, type Logger } from "@tollbook/service";
import type { FastifyReply, FastifyRequest } from "fastify";
import { problemOf } from "./problem.ts";

/** Answers with what the caller may know of an error, and logs what they may not. */
export function sendProblem(
  logger: Logger,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const { problem, headers, unexpected } = problemOf(error);
  const traceId = problem.traceId ?? currentTraceId();
  if (unexpected) {
    logger.error({ err: error, method: request.method, route: request.routeOptions.url }, "failed");
  }
  const ourFault = problem.status >= 500 && problem.status !== 501;
  const body = traceId !== undefined && ourFault ? { ...problem, traceId } : problem;
  reply
    .code(problem.status)
    .headers(headers)
    .header("content-type", "application/problem+json; charset=utf-8")
    .header("cache-control", "no-store")
    .send(JSON.stringify(body));
}
