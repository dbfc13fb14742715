import { catalogueMigration } from "./0001-catalogue.ts";
import { subscriptionsMigration } from "./0002-subscriptions.ts";
import { invoicesMigration } from "./0003-invoices.ts";

/** The history of billing's database, oldest first. */
export const migrations = [catalogueMigration, subscriptionsMigration, invoicesMigration];
