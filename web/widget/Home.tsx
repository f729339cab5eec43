import { Presence } from "../ui/Avatar.tsx";
import { Badge } from "../ui/Badge.tsx";
import { Button, ToolButton } from "../ui/Button.tsx";
import { EmptyState, SkeletonRows } from "../ui/Empty.tsx";
import { formatAgo } from "../ui/i18n/format.ts";
import { chat, chats, chevronDown, phone, video } from "../ui/icons.ts";
import { ListRow, walkRows } from "../ui/ListRow.tsx";
import type { ConversationView, Person } from "../client/protocol.ts";
import { pendingItems } from "../client/thread.ts";
import { useArrival } from "./arrival.ts";
import { useVisit } from "./context.ts";
import { NetworkNotice } from "./NetworkNotice.tsx";
import { t } from "./texts.ts";
import "./Home.css";

/** Who is here and what one can do: the widget's start page. */
export function Home() {
  const visit = useVisit();
  const main = useArrival<HTMLElement>();
  const { company, title, description } = visit.config;
  return (
    <main class="w" ref={main} tabIndex={-1}>
      <header class="hero">
        <div class="row">
          <span class="hero-company grow trunc">{company}</span>
          {visit.host.framed && <ToolButton icon={chevronDown} size="l" label={t("minimize")} onClick={() => visit.hide()} />}
        </div>
        <h1>{title}</h1>
        <p>{description}</p>
      </header>
      <StartCard />
      <div class="w-body">
        <NetworkNotice />
        <Conversations />
      </div>
      <Foot />
    </main>
  );
}

function StartCard() {
  const visit = useVisit();
  const { online } = visit;
  const videoCalls = visit.config.calls === "video";
  return (
    <section class="card start">
      <p class="row small">
        <Presence of={online ? "here" : "gone"} />
        <span role="status">
          <b class="strong">{t(online ? "here" : "away")}</b> {t(online ? "hereHint" : "awayHint")}
        </span>
      </p>
      <Button kind="brand" size="l" block icon={chat} data-testid="start-chat" onClick={() => visit.startChat()}>
        {t("startChat")}
      </Button>
      <Button
        size="l"
        block
        icon={videoCalls ? video : phone}
        data-testid="start-call"
        disabledReason={online ? undefined : t("nobodyForCall")}
        onClick={() => void visit.startCall()}
      >
        {t(videoCalls ? "startVideo" : "startAudio")}
      </Button>
    </section>
  );
}

function Conversations() {
  const visit = useVisit();
  const { me } = visit.desk.state.value;
  const conversations = visit.desk.conversations.value;
  if (!me) return <SkeletonRows />;
  if (conversations.length === 0) return <EmptyState icon={chats} title={t("noConversations")} hint={t("noConversationsHint")} />;
  return (
    <section>
      <h2 class="label" id="conversations">
        {t("conversations")}
      </h2>
      <ul class="home-list" aria-labelledby="conversations" onKeyDown={walkRows}>
        {conversations.map((view) => (
          <li key={view.conversation_id}>
            <ConversationRow view={view} me={me} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function ConversationRow({ view, me }: { view: ConversationView; me: Person }) {
  const visit = useVisit();
  return (
    <ListRow
      name={view.operator?.name ?? visit.config.company}
      time={formatAgo(view.updated_at_ms - visit.desk.state.value.clockOffsetMs, Date.now())}
      mark={<StateBadge state={view.state} />}
      last={useLastWords(view, me)}
      unread={view.unread}
      onOpen={() => visit.openConversation(view.conversation_id)}
    />
  );
}

function StateBadge({ state }: { state: ConversationView["state"] }) {
  if (state === "open") return <Badge tone="success">{t("stateOpen")}</Badge>;
  return <Badge tone={state === "waiting" ? "accent" : "plain"}>{t(state === "waiting" ? "stateWaiting" : "stateClosed")}</Badge>;
}

function useLastWords(view: ConversationView, me: Person): string {
  const pending = useVisit().desk.state.value.pending.filter((message) => message.conversationId === view.conversation_id);
  const own = pendingItems(pending, me).at(-1);
  if (own) return t("ownWords", { text: own.text });
  const last = view.events.findLast(({ body }) => body.type === "message_sent")?.body;
  if (last?.type !== "message_sent") return t("nothingWritten");
  return last.author.id === me.id ? t("ownWords", { text: last.text }) : last.text;
}

/** Whose service this is, and where the privacy notice stands. */
export function Foot() {
  const { privacy_url } = useVisit().config;
  return (
    <footer class="w-foot">
      {t("service")}
      {privacy_url && (
        <>
          {" · "}
          <a href={privacy_url} target="_blank" rel="noopener noreferrer">
            {t("privacy")}
          </a>
        </>
      )}
    </footer>
  );
}
