import { useState } from "preact/hooks";
import { post } from "../../api/call.ts";
import { listAll } from "../../api/list-all.ts";
import type { RootKey } from "../../api/shapes.ts";
import { useLoaded } from "../../api/use-loaded.ts";
import { formatDate, formatMoment } from "../../format/time.ts";
import { announce } from "../../parts/announce.tsx";
import { Badge } from "../../parts/badge.tsx";
import { Confirm } from "../../parts/confirm.tsx";
import { Show } from "../../parts/loading.tsx";
import { NewRootKey } from "./new-root-key.tsx";

/** The account's own credentials for Tollbook. */
export function RootKeys() {
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<RootKey | undefined>(undefined);
  const keys = useLoaded(() => listAll<RootKey>("/v1/root-keys", "rootKeys"));
  return (
    <section class="panel">
      <header class="section-head">
        <h2>Root keys</h2>
        <button type="button" class="plain small" onClick={() => setMaking(true)}>
          Create root key
        </button>
      </header>
      <p class="quiet">
        Your own programs use them to talk to Tollbook. Each does what its scopes say.
      </p>
      <Show of={keys}>{({ items }) => <RootKeyTable keys={items} onRevoke={setRevoking} />}</Show>
      {making && <NewRootKey onClose={() => setMaking(false)} onMade={keys.reload} />}
      {revoking && (
        <RevokeRootKey
          rootKey={revoking}
          onClose={() => setRevoking(undefined)}
          onDone={keys.reload}
        />
      )}
    </section>
  );
}

function RootKeyTable({ keys, onRevoke }: { keys: RootKey[]; onRevoke: (key: RootKey) => void }) {
  if (keys.length === 0) return <p class="quiet">None: your API cannot reach Tollbook.</p>;
  return (
    <div class="scroll">
      <table class="stack">
        <thead>
          <tr>
            <th scope="col">Key</th>
            <th scope="col">Scopes</th>
            <th scope="col">Created</th>
            <th scope="col">Last used</th>
            <th scope="col">
              <span class="unseen">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => (
            <RootKeyRow key={key.rootKeyId} rootKey={key} onRevoke={() => onRevoke(key)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function RootKeyRow({ rootKey, onRevoke }: { rootKey: RootKey; onRevoke: () => void }) {
  const { name, lastFour, scopes, createTime, lastUsedTime, revokeTime } = rootKey;
  return (
    <tr>
      <th scope="row">
        {name}
        <code class="under">tb_root_…{lastFour}</code>
      </th>
      <td class="scopes" data-label="Scopes">
        <span>
          {scopes.map((scope) => (
            <code key={scope}>{scope}</code>
          ))}
        </span>
      </td>
      <td data-label="Created">{formatDate(createTime)}</td>
      <td data-label="Last used">{lastUsedTime ? formatMoment(lastUsedTime) : "–"}</td>
      <td class="number">
        {revokeTime ? (
          <Badge tone="plain">Revoked</Badge>
        ) : (
          <button type="button" class="plain small" onClick={onRevoke}>
            Revoke <span class="unseen">{name}</span>
          </button>
        )}
      </td>
    </tr>
  );
}

function RevokeRootKey(props: { rootKey: RootKey; onClose: () => void; onDone: () => void }) {
  const { rootKeyId, name } = props.rootKey;
  const revoke = async () => {
    await post(`/v1/root-keys/${rootKeyId}:revoke`);
    announce("Revoked.");
    props.onDone();
  };
  return (
    <Confirm
      title="Revoke this root key?"
      action="Revoke root key"
      onConfirm={revoke}
      onClose={props.onClose}
    >
      <p>
        Whatever uses <strong>{name}</strong> loses its way to Tollbook within a second. If that is
        your running API, its calls are not counted any more.
      </p>
    </Confirm>
  );
}
