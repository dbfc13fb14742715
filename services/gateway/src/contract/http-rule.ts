import { type DescMethod, type FileRegistry, getOption, hasOption } from "@bufbuild/protobuf";

export type HttpVerb = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** One `google.api.http` binding of an RPC, as written in the proto. */
export interface HttpRule {
  verb: HttpVerb;
  /** Such as `/v1/keys/{key_id}:rotate`. */
  template: string;
  /** True if all fields that the path does not bind come from the body. */
  takesBody: boolean;
}

const verbs: Record<string, HttpVerb> = {
  get: "GET",
  post: "POST",
  put: "PUT",
  patch: "PATCH",
  delete: "DELETE",
};

/** The shape of `google.api.HttpRule` as a dynamic message. */
interface RuleMessage {
  pattern: { case?: string; value?: unknown };
  body: string;
  additionalBindings: RuleMessage[];
}

/** The HTTP bindings of an RPC: none if the web door does not offer it. */
export function httpRulesOf(method: DescMethod, image: FileRegistry): HttpRule[] {
  const annotation = image.getExtension("google.api.http");
  if (annotation === undefined || !hasOption(method, annotation)) return [];
  const rule = getOption(method, annotation) as unknown as RuleMessage;
  return [rule, ...rule.additionalBindings].map((binding) => readBinding(binding, method));
}

function readBinding({ pattern, body }: RuleMessage, method: DescMethod): HttpRule {
  const verb = verbs[pattern.case ?? ""];
  if (verb === undefined || typeof pattern.value !== "string" || !["", "*"].includes(body)) {
    throw new Error(`${method.parent.typeName}.${method.name} has an annotation we cannot serve`);
  }
  return { verb, template: pattern.value, takesBody: body === "*" };
}
