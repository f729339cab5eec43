import type { ComponentChildren } from "preact";
import type { GroupView } from "../client/protocol.ts";
import { Avatar, Presence } from "../ui/Avatar.tsx";
import { Badge } from "../ui/Badge.tsx";
import { Button } from "../ui/Button.tsx";
import { Icon } from "../ui/Icon.tsx";
import { chats, phone, video } from "../ui/icons.ts";
import { usePanel } from "./context.ts";
import { firstName } from "./conversation/membership.ts";
import { t } from "./texts.ts";
import "./Home.css";

/** Whether one is online, what waits in one's groups, and who else is there. */
export function Home({ onChats }: { onChats: () => void }) {
  const { me, session } = usePanel();
  return (
    <main class="pane home">
      <div class="home-page">
        <header class="home-head">
          <Avatar name={me.name} size="l" />
          <div class="grow">
            <h1 class="h1">{t("homeTitle", { name: firstName(me.name) })}</h1>
            <p class="muted small">
              {session.email} · {session.company}
            </p>
          </div>
          <Button kind="primary" icon={chats} onClick={onChats}>
            {t("goToChats")}
          </Button>
        </header>
        <OwnState />
        <div class="home-columns">
          <Groups />
          <Colleagues />
        </div>
      </div>
    </main>
  );
}

function Card({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="card home-card">
      <h2 class="h3">{title}</h2>
      {children}
    </section>
  );
}

function OwnState() {
  const online = usePanel().desk.connectionState.value === "ready";
  return (
    <Card title={t("yourState")}>
      <p class="row" role="status">
        <Presence of={online ? "here" : "gone"} />
        <b class="strong">{t(online ? "online" : "offline")}</b>
        <span class="muted small">{t(online ? "onlineHint" : "offlineHint")}</span>
      </p>
    </Card>
  );
}

function Groups() {
  const { groups } = usePanel().desk.state.value;
  return (
    <Card title={t("yourGroups")}>
      {groups.length === 0 && <p class="muted small">{t("noGroups")}</p>}
      <ul class="home-list">
        {groups.map((group) => (
          <GroupRow key={group.group_id} group={group} />
        ))}
      </ul>
    </Card>
  );
}

function GroupRow({ group }: { group: GroupView }) {
  const conversations = usePanel().desk.conversations.value;
  const waiting = conversations.filter((other) => other.group_id === group.group_id && other.state === "waiting").length;
  return (
    <li class="home-row">
      <Icon of={group.audio_only ? phone : video} />
      <span class="grow">
        <span class="strong">{group.name}</span>
        <span class="home-sub">{t(group.audio_only ? "groupAudio" : "groupVideo")}</span>
      </span>
      {waiting > 0 ? <Badge tone="warning">{t.plural("waitingCount", waiting)}</Badge> : <span class="tip">{t("noneWaiting")}</span>}
    </li>
  );
}

function Colleagues() {
  const { colleagues } = usePanel().desk.state.value;
  const sorted = colleagues.toSorted((a, b) => Number(b.online) - Number(a.online) || a.person.name.localeCompare(b.person.name));
  return (
    <Card title={t("colleagues")}>
      {sorted.length === 0 && <p class="muted small">{t("noColleagues")}</p>}
      <ul class="home-list">
        {sorted.map(({ person, online }) => (
          <li key={person.id} class="home-row">
            <Avatar name={person.name} presence={online ? "here" : "gone"} quiet />
            <span class="grow strong">{person.name}</span>
            <span class="tip">{t(online ? "online" : "notOnline")}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
