import { useState } from "preact/hooks";
import { post } from "../../api/call.ts";
import { listAll } from "../../api/list-all.ts";
import type { Customer, Key } from "../../api/shapes.ts";
import { useLoaded } from "../../api/use-loaded.ts";
import { formatDate, formatMoment } from "../../format/time.ts";
import { announce } from "../../parts/announce.tsx";
import { Badge, StateBadge } from "../../parts/badge.tsx";
import { Confirm } from "../../parts/confirm.tsx";
import { Show } from "../../parts/loading.tsx";
import { IssueKey } from "./issue-key.tsx";

/** A customer's keys: issued here, shown once, and ended here. */
export function CustomerKeys({ customer }: { customer: Customer }) {
  const { customerId } = customer;
  const [issuing, setIssuing] = useState(false);
  const [revoking, setRevoking] = useState<Key | undefined>(undefined);
  const keys = useLoaded(() => listAll<Key>(`/v1/keys?customerId=${customerId}`, "keys"));
  return (
    <section class="panel">
      <header class="section-head">
        <h2>Keys</h2>
        <button type="button" class="plain small" onClick={() => setIssuing(true)}>
          Issue key
        </button>
      </header>
      <Show of={keys}>
        {({ items }) =>
          items.length === 0 ? (
            <p class="quiet">No key yet: issue one, and send it to {customer.name}.</p>
          ) : (
            <KeyTable keys={items} onRevoke={setRevoking} />
          )
        }
      </Show>
      {issuing && (
        <IssueKey customer={customer} onClose={() => setIssuing(false)} onIssued={keys.reload} />
      )}
      {revoking && (
        <RevokeKey apiKey={revoking} onClose={() => setRevoking(undefined)} onDone={keys.reload} />
      )}
    </section>
  );
}

function KeyTable({ keys, onRevoke }: { keys: Key[]; onRevoke: (key: Key) => void }) {
  return (
    <div class="scroll">
      <table class="stack">
        <thead>
          <tr>
            <th scope="col">Key</th>
            <th scope="col">State</th>
            <th scope="col">Issued</th>
            <th scope="col">Last used</th>
            <th scope="col">
              <span class="unseen">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => (
            <tr key={key.keyId}>
              <th scope="row">
                {key.name || "Unnamed"} {key.test && <Badge tone="plain">Test</Badge>}
                <code class="under">
                  {key.prefix}_…{key.lastFour}
                </code>
              </th>
              <td data-label="State">
                <StateBadge state={key.state} />
              </td>
              <td data-label="Issued">{formatDate(key.createTime)}</td>
              <td data-label="Last used">
                {key.lastUsedTime ? formatMoment(key.lastUsedTime) : "–"}
              </td>
              <td class="number">
                {key.state !== "KEY_STATE_REVOKED" && (
                  <button type="button" class="plain small" onClick={() => onRevoke(key)}>
                    Revoke <span class="unseen">{key.name || key.lastFour}</span>
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function RevokeKey(props: { apiKey: Key; onClose: () => void; onDone: () => void }) {
  const { keyId, name, lastFour } = props.apiKey;
  const revoke = async () => {
    await post(`/v1/keys/${keyId}:revoke`);
    announce("Revoked.");
    props.onDone();
  };
  return (
    <Confirm
      title="Revoke this key?"
      action="Revoke key"
      onConfirm={revoke}
      onClose={props.onClose}
    >
      <p>
        Calls with <strong>{name || `…${lastFour}`}</strong> are refused within a second, for good.
        Its counts stay.
      </p>
    </Confirm>
  );
}
