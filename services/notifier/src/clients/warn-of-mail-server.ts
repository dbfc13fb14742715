import type { Logger } from "@tollbook/service";
import type { Mailer } from "../app/needs.ts";

/** Says at start what is wrong with the mail server, and what to do. Never throws. */
export async function warnOfMailServer(
  mailer: Mailer,
  smtpUrl: string,
  logger: Logger,
): Promise<void> {
  try {
    await mailer.verify();
  } catch (error) {
    const { host } = new URL(smtpUrl);
    const why = error instanceof Error ? error.message : String(error);
    logger.warn(
      `The mail server ${host} cannot be used: ${why}. E-mails wait until it can. ` +
        "Start it, or set TOLLBOOK_NOTIFIER_SMTP_URL to another.",
    );
  }
}
