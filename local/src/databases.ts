import { migrations as auth } from "@tollbook/auth";
import { migrations as billing } from "@tollbook/billing";
import { migrations as metering } from "@tollbook/metering";
import { migrations as notifier } from "@tollbook/notifier";
import { bootstrapDatabase, type DatabaseUrls, migrate } from "@tollbook/service/storage";
import type { Secrets } from "./secrets.ts";
import { databaseServices } from "./services.ts";

const histories = { auth, metering, billing, notifier };

/** Makes each service's roles and database if they are missing, and brings the tables up to date. */
export async function prepareDatabases(
  adminUrl: string,
  secrets: Secrets,
): Promise<Record<string, DatabaseUrls>> {
  const prepared = databaseServices.map(async (service) => {
    const passwords = secrets.databases[service];
    if (!passwords) throw new Error(`secrets.json has no passwords of ${service}`);
    const urls = await bootstrapDatabase({ adminUrl, service, passwords });
    await migrate({ url: urls.ownerUrl, migrations: histories[service], service });
    return [service, urls] as const;
  });
  return Object.fromEntries(await Promise.all(prepared));
}
