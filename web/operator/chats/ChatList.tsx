import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { ConversationView } from "../../client/protocol.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { Count } from "../../ui/Badge.tsx";
import { EmptyState, SkeletonRows } from "../../ui/Empty.tsx";
import { SearchInput } from "../../ui/Field.tsx";
import { chats as chatsIcon, search as searchIcon } from "../../ui/icons.ts";
import { walkRows } from "../../ui/ListRow.tsx";
import { Segmented } from "../../ui/Tabs.tsx";
import { usePanel } from "../context.ts";
import { t } from "../texts.ts";
import { ChatRow } from "./ChatRow.tsx";
import { countChats, sectionsOf, selectChats, type Counts, type Filter } from "./sections.ts";
import "./ChatList.css";

/** All chats of the operator: search, filter, and a row for each. */
export function ChatList() {
  const panel = usePanel();
  const filter = useSignal<Filter>("all");
  const search = useSignal("");
  const conversations = panel.desk.conversations.value;
  return (
    <aside class="pane list" aria-label={t("yourChats")}>
      <header class="list-head">
        <h1 class="h2">{t("yourChats")}</h1>
        <ChatSearch value={search.value} onValue={(value) => (search.value = value)} />
        <Segmented label={t("filterChats")} segments={segments(countChats(conversations), filter.value)} selected={filter.value} onSelect={(key) => (filter.value = key)} fill />
      </header>
      <div class="list-body" onKeyDown={walkRows}>
        {panel.desk.state.value.me === null ? <SkeletonRows /> : <Rows conversations={conversations} filter={filter.value} search={search.value} />}
      </div>
      <OwnFoot />
    </aside>
  );
}

/** Ctrl+K (or Command+K) leads here from everywhere; Down goes on to the first row. */
function ChatSearch({ value, onValue }: { value: string; onValue: (value: string) => void }) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "k" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
  const toRows = (event: KeyboardEvent) => {
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    document.querySelector<HTMLElement>(".list-body .lr")?.focus();
  };
  return (
    <div onKeyDown={toRows}>
      <SearchInput label={t("searchChats")} value={value} onValue={onValue} inputRef={input} />
    </div>
  );
}

function segments(counts: Counts, filter: Filter) {
  const quiet = (count: number) => <span class="seg-count">{count}</span>;
  return [
    { key: "all" as const, label: t("all"), extra: quiet(counts.all) },
    { key: "waiting" as const, label: t("waiting"), extra: counts.waiting > 0 && filter !== "waiting" ? <Count value={counts.waiting} label={t.plural("waitingCount", counts.waiting)} /> : quiet(counts.waiting) },
    { key: "unread" as const, label: t("unread"), extra: quiet(counts.unread) },
  ];
}

interface RowsProps {
  conversations: readonly ConversationView[];
  filter: Filter;
  search: string;
}

function Rows({ conversations, filter, search }: RowsProps) {
  const panel = usePanel();
  const shown = selectChats(conversations, filter, search);
  if (conversations.length === 0) return <EmptyState icon={chatsIcon} title={t("chatsEmpty")} hint={t("chatsEmptyHint")} />;
  if (shown.length === 0) return <EmptyState icon={searchIcon} title={t("chatsNothingFound")} hint={t("chatsNothingFoundHint")} />;
  const sections = sectionsOf(shown, panel.selected.value?.conversation_id ?? null);
  return (
    <>
      <RowSection conversations={sections.current} />
      <RowSection title={t("sectionWaiting")} conversations={sections.waiting} />
      <RowSection title={t("sectionOpen")} conversations={sections.open} />
      <RowSection title={t("sectionClosed")} conversations={sections.closed} />
    </>
  );
}

function RowSection({ title, conversations }: { title?: string; conversations: readonly ConversationView[] }) {
  if (conversations.length === 0) return null;
  return (
    <section>
      {title && <h2 class="label list-title">{title}</h2>}
      <ul>
        {conversations.map((conversation) => (
          <ChatRow key={conversation.conversation_id} conversation={conversation} />
        ))}
      </ul>
    </section>
  );
}

/** Who one is here, and whether the desk can be reached. */
function OwnFoot() {
  const { me, desk } = usePanel();
  const state = desk.connectionState.value;
  const words = { ready: t("online"), connecting: t("connecting"), offline: t("offline"), refused: t("offline") }[state];
  return (
    <footer class="list-foot">
      <Avatar name={me.name} presence={state === "ready" ? "here" : "gone"} />
      <div class="grow">
        <p class="strong trunc">{me.name}</p>
        <p class="tip" role="status">
          {words}
        </p>
      </div>
    </footer>
  );
}
