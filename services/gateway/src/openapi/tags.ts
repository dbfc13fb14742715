import type { DescService } from "@bufbuild/protobuf";
import type { ApiRoute } from "../contract/api-route.ts";
import { commentOf } from "../contract/comment.ts";
import type { Schema } from "./schema.ts";

/** `RootKeyService` is "Root keys" to a reader. */
export function tagName({ name }: DescService): string {
  const words = name.replace(/Service$/, "").replace(/([a-z0-9])([A-Z])/g, "$1 $2");
  const sentence = words.charAt(0) + words.slice(1).toLowerCase();
  return uncounted.has(sentence) ? sentence : `${sentence}s`.replace(/ys$/, "ies");
}

const uncounted = new Set(["Usage", "Tax", "Audit"]);

export function tagsOf(routes: readonly ApiRoute[]): Schema[] {
  return servicesOf(routes).map((service) => ({
    name: tagName(service),
    description: commentOf(service),
  }));
}

/** The question each package answers, as a heading over its tags. */
const headings: Readonly<Record<string, string>> = {
  "tollbook.auth.v1": "Who",
  "tollbook.gate.v1": "May it pass",
  "tollbook.metering.v1": "How much",
  "tollbook.billing.v1": "What it costs",
  "tollbook.notifier.v1": "Who must know",
};

/** Services by the question their package answers, in the order a newcomer meets them. */
export function servicesByHeading(
  routes: readonly ApiRoute[],
): { heading: string; services: DescService[] }[] {
  return Object.entries(headings).map(([packageName, heading]) => ({
    heading,
    services: servicesOf(routes).filter(({ file }) => file.proto.package === packageName),
  }));
}

/** The same for documentation pages of others that understand `x-tagGroups`. */
export function tagGroupsOf(routes: readonly ApiRoute[]): Schema[] {
  return servicesByHeading(routes).map(({ heading, services }) => ({
    name: heading,
    tags: services.map(tagName),
  }));
}

function servicesOf(routes: readonly ApiRoute[]): DescService[] {
  return [...new Set(routes.map(({ method }) => method.parent))];
}
