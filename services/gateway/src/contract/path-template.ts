/** A path of the contract, as the router and the API description need it. */
export interface PathTemplate {
  /** For fastify: `/v1/keys/:p0(^[^:/]+)::rotate`. */
  routerPath: string;
  /** For OpenAPI: `/v1/keys/{keyId}:rotate`. */
  describedPath: string;
  /** Fields bound by the path, in its order, as proto paths: `customer.customer_id`. */
  fields: string[];
}

/**
 * Reads `/v1/customers/{customer.customer_id}:suspend`. Parameters are named by position for the
 * router, since two RPCs may bind different fields at the same place. A parameter ends at a colon,
 * which begins a custom verb.
 */
export function parsePathTemplate(template: string): PathTemplate {
  const fields: string[] = [];
  const pieces = template.split(/\{([^}]*)\}/);
  let routerPath = "";
  let describedPath = "";
  for (const [index, piece] of pieces.entries()) {
    if (index % 2 === 0) {
      routerPath += piece.replaceAll(":", "::");
      describedPath += piece;
      continue;
    }
    if (!/^[a-z0-9_.]+$/.test(piece)) throw new Error(`no such path parameter: {${piece}}`);
    routerPath += `:p${fields.length}(^[^:/]+)`;
    describedPath += `{${parameterName(piece)}}`;
    fields.push(piece);
  }
  return { routerPath, describedPath, fields };
}

/** `customer.customer_id` is `customerId` to a reader: its last part says it all. */
export function parameterName(protoPath: string): string {
  const last = protoPath.slice(protoPath.lastIndexOf(".") + 1);
  return last.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
