import type { ServiceKeys } from "@tollbook/service";

const services = ["auth", "metering", "billing", "notifier", "gateway"] as const;

/** The keys of each service by its name. */
export type TestServiceKeys = Record<(typeof services)[number], ServiceKeys>;

let made: Promise<TestServiceKeys> | undefined;

/** A key pair for each service, each with the public keys of all; the same in the whole process. */
export function testServiceKeys(): Promise<TestServiceKeys> {
  made ??= makeKeys();
  return made;
}

async function makeKeys(): Promise<TestServiceKeys> {
  // Loaded when asked for: most test files need a database and no credentials.
  const { generateServiceKeys } = await import("@tollbook/service");
  return (await generateServiceKeys(services)) as TestServiceKeys;
}
