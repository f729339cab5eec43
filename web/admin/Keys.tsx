import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ApiKey } from "../client/protocol.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { EmptyState, SkeletonRows } from "../ui/Empty.tsx";
import { TextInput } from "../ui/Field.tsx";
import { formatDayLine } from "../ui/i18n/format.ts";
import { language } from "../ui/i18n/language.ts";
import { link, plus } from "../ui/icons.ts";
import { Notice } from "../ui/Notice.tsx";
import { attempt } from "../operator/errors.ts";
import type { AdminApi } from "./api.ts";
import { CopyField } from "./CopyField.tsx";
import { t } from "./texts.ts";

/** The keys with which other programs use the desk. */
export function Keys({ api }: { api: AdminApi }) {
  const keys = useSignal<readonly ApiKey[] | null>(null);
  const secret = useSignal<string | null>(null);
  const revoking = useSignal<ApiKey | null>(null);
  useEffect(() => {
    void attempt(() => api.keys()).then((found) => (keys.value = found ?? []));
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once: the API is one and the same for a session
  }, []);
  const create = async (label: string) => {
    const created = await attempt(() => api.createKey(label));
    if (!created) return;
    keys.value = [...(keys.value ?? []), created.key];
    secret.value = created.secret;
  };
  const revoke = async ({ key_id }: ApiKey) => {
    const done = await attempt(() => api.revokeKey(key_id).then(() => true));
    if (done) keys.value = (keys.value ?? []).filter((other) => other.key_id !== key_id);
    revoking.value = null;
  };
  return (
    <div class="page">
      <header>
        <h1 class="h1">{t("keys")}</h1>
        <p class="muted small">{t("keysHint")}</p>
      </header>
      <NewKey onCreate={create} />
      {secret.value !== null && (
        <Notice tone="success">
          <p class="strong">{t("keyOnce")}</p>
          <CopyField label={t("newKey")} value={secret.value} />
        </Notice>
      )}
      {keys.value === null && <SkeletonRows />}
      {keys.value?.length === 0 && <EmptyState icon={link} title={t("noKeys")} hint={t("noKeysHint")} />}
      <ul class="rows card">
        {keys.value?.map((key) => (
          <li key={key.key_id} class="row-item" data-testid="key-row">
            <span class="grow">
              <b class="strong">{key.label}</b>
              <span class="row-sub">{t("createdOn", { time: formatDayLine(key.created_at_ms, Date.now()).toLocaleLowerCase(language.value) })}</span>
            </span>
            <Button size="s" onClick={() => (revoking.value = key)}>
              {t("revoke")}
            </Button>
          </li>
        ))}
      </ul>
      {revoking.value && <RevokeDialog apiKey={revoking.value} onRevoke={revoke} onClose={() => (revoking.value = null)} />}
    </div>
  );
}

function NewKey({ onCreate }: { onCreate: (label: string) => Promise<void> }) {
  const label = useSignal("");
  const busy = useSignal(false);
  const submit = async () => {
    const words = label.value.trim();
    if (words === "") return;
    busy.value = true;
    await onCreate(words);
    label.value = "";
    busy.value = false;
  };
  return (
    <form
      class="new-key"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <TextInput label={t("keyLabel")} value={label.value} maxLength={80} required data-testid="key-label" onValue={(value) => (label.value = value)} />
      <Button type="submit" kind="primary" icon={plus} busy={busy.value} data-testid="create-key">
        {t("createKey")}
      </Button>
    </form>
  );
}

interface RevokeProps {
  apiKey: ApiKey;
  onRevoke: (key: ApiKey) => Promise<void>;
  onClose: () => void;
}

function RevokeDialog({ apiKey, onRevoke, onClose }: RevokeProps) {
  const busy = useSignal(false);
  const revoke = () => {
    busy.value = true;
    void onRevoke(apiKey);
  };
  return (
    <Dialog
      title={t("revokeTitle", { label: apiKey.label })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button kind="danger" busy={busy.value} data-testid="confirm" onClick={revoke}>
            {t("revoke")}
          </Button>
        </>
      }
    >
      <p>{t("revokeHint")}</p>
    </Dialog>
  );
}
