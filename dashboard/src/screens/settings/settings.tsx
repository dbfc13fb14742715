import { currentAccount, session } from "../../api/session.ts";
import { formatDate } from "../../format/time.ts";
import { PageHead } from "../../parts/page-head.tsx";
import { RootKeys } from "./root-keys.tsx";

/** The account, and its own keys for Tollbook. */
export function Settings() {
  const { name, accountId, timeZone, currency, country, createTime } = currentAccount();
  const member = session.value?.member;
  const facts: [string, string | undefined][] = [
    ["Account", name],
    ["Account id", accountId],
    ["Time zone", timeZone],
    ["Currency", currency],
    ["Country", country],
    ["Opened", formatDate(createTime)],
    ["Signed in as", member?.name ? `${member.name}, ${member.email}` : member?.email],
  ];
  return (
    <>
      <PageHead title="Settings" />
      <section class="panel">
        <h2>Account</h2>
        <dl class="facts">
          {facts.map(([term, value]) => (
            <div key={term}>
              <dt>{term}</dt>
              <dd>{term === "Account id" ? <code>{value}</code> : value}</dd>
            </div>
          ))}
        </dl>
      </section>
      <RootKeys />
    </>
  );
}
