import type { DescMessage, DescMethod, DescService, FileRegistry } from "@bufbuild/protobuf";
import { type HttpRule, httpRulesOf } from "./http-rule.ts";
import { type PathTemplate, parsePathTemplate } from "./path-template.ts";

/** How an RPC answers over HTTP: a message as JSON, or a file, whole or in chunks. */
export type AnswerKind = "json" | "file" | "file-stream";

/** One RPC as one HTTP route. */
export interface ApiRoute {
  verb: HttpRule["verb"];
  path: PathTemplate;
  takesBody: boolean;
  answer: AnswerKind;
  method: DescMethod;
}

const fileType = "tollbook.file.v1.File";

/** Every route of the web door: the RPCs with a `google.api.http` annotation, and no other. */
export function readApiRoutes(image: FileRegistry): ApiRoute[] {
  const methods = [...image]
    .filter((description): description is DescService => description.kind === "service")
    .flatMap((service) => service.methods);
  return methods.flatMap((method) =>
    httpRulesOf(method, image).map(({ verb, template, takesBody }) => ({
      verb,
      path: parsePathTemplate(template),
      takesBody,
      answer: answerKind(method),
      method,
    })),
  );
}

function answerKind(method: DescMethod): AnswerKind {
  const isFile = isFileAnswer(method.output);
  if (method.methodKind === "unary") return isFile ? "file" : "json";
  if (method.methodKind === "server_streaming" && isFile) return "file-stream";
  throw new Error(`${method.name} is a ${method.methodKind} RPC: it cannot be an HTTP route`);
}

function isFileAnswer({ fields }: DescMessage): boolean {
  const [only, ...others] = fields;
  return others.length === 0 && only?.message?.typeName === fileType;
}
