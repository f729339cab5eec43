import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Group } from "../client/protocol.ts";
import { Badge } from "../ui/Badge.tsx";
import { Button } from "../ui/Button.tsx";
import { EmptyState, SkeletonRows } from "../ui/Empty.tsx";
import { Icon } from "../ui/Icon.tsx";
import { chevronRight, layers, phone, plus, video } from "../ui/icons.ts";
import { attempt } from "../operator/errors.ts";
import type { AdminApi } from "./api.ts";
import { GroupForm } from "./GroupForm.tsx";
import { t } from "./texts.ts";

interface GroupsProps {
  api: AdminApi;
  /** The account's public code, which the embed snippet names. */
  account: string;
  company: string;
}

/** The groups, and the form of the one that is open. */
export function Groups({ api, account, company }: GroupsProps) {
  const groups = useSignal<readonly Group[] | null>(null);
  const open = useSignal<Group | "new" | null>(null);
  useEffect(() => {
    void attempt(() => api.groups()).then((found) => (groups.value = found ?? []));
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once: the API is one and the same for a session
  }, []);
  const keep = (group: Group) => {
    const others = (groups.value ?? []).filter((other) => other.group_id !== group.group_id);
    groups.value = [...others, group].toSorted((a, b) => a.name.localeCompare(b.name));
    open.value = group;
  };
  if (open.value !== null) {
    const group = open.value === "new" ? null : open.value;
    return <GroupForm key={group?.group_id ?? "new"} api={api} group={group} account={account} company={company} onSaved={keep} onBack={() => (open.value = null)} />;
  }
  return (
    <div class="page">
      <header class="page-head">
        <div class="grow">
          <h1 class="h1">{t("groups")}</h1>
          <p class="muted small">{t("groupsHint")}</p>
        </div>
        <Button kind="primary" icon={plus} onClick={() => (open.value = "new")}>
          {t("newGroup")}
        </Button>
      </header>
      {groups.value === null && <SkeletonRows />}
      {groups.value?.length === 0 && <EmptyState icon={layers} title={t("noGroups")} hint={t("noGroupsHint")} />}
      <ul class="rows card">
        {groups.value?.map((group) => (
          <li key={group.group_id}>
            <button type="button" class="row-item" data-testid="group-row" data-group={group.code} onClick={() => (open.value = group)}>
              <Icon of={group.audio_only ? phone : video} />
              <span class="grow">
                <b class="strong">{group.name}</b>
                <span class="row-sub">{group.code}</span>
              </span>
              <Badge>{t(group.audio_only ? "audio" : "video")}</Badge>
              <Icon of={chevronRight} />
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
