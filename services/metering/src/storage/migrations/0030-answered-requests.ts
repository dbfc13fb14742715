import { answeredRequestSql, sqlMigration } from "@tollbook/service/storage";

/** What was answered to requests that may be repeated. */
export const answeredRequests = sqlMigration(
  "0030-answered-requests",
  answeredRequestSql("metering"),
);
