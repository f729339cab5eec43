import type { ComponentChildren } from "preact";
import type { ConversationView, VisitorView } from "../../client/protocol.ts";
import { Avatar, Presence } from "../../ui/Avatar.tsx";
import { Badge } from "../../ui/Badge.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { chat, desktop, language as languageIcon, layers, link, mail, mobile, pin, user } from "../../ui/icons.ts";
import { formatAgo } from "../../ui/i18n/format.ts";
import { language } from "../../ui/i18n/language.ts";
import { nowMs } from "../clock.ts";
import { usePanel } from "../context.ts";
import { isInCharge, operatorsOf, visitorName } from "../conversation/membership.ts";
import { t } from "../texts.ts";
import { readUserAgent } from "./browser.ts";
import "./VisitorCard.css";

/** Who the visitor is, where he is, and what else he talked about. */
export function VisitorCard({ conversation }: { conversation: ConversationView }) {
  const name = visitorName(conversation);
  const { visitor } = conversation;
  const others = useOthers(conversation);
  return (
    <div class="card-body">
      <header class="card-head">
        <Avatar name={name} size="l" presence={visitor?.presence} />
        <div class="grow">
          <h2 class="h3">{name}</h2>
          <p class="tip">{others.length === 0 ? t("firstVisit") : t("visitor")}</p>
        </div>
      </header>
      {visitor && <Facts conversation={conversation} visitor={visitor} />}
      <Operators conversation={conversation} />
      <section class="card-section">
        <h3>{t("earlier")}</h3>
        {others.length === 0 && <p class="muted small">{t("noEarlier")}</p>}
        {others.map((other) => (
          <OtherConversation key={other.conversation_id} conversation={other} />
        ))}
      </section>
    </div>
  );
}

/** The visitor's other conversations that this operator sees, the latest first. */
function useOthers(conversation: ConversationView): ConversationView[] {
  const id = conversation.visitor?.person.id;
  return usePanel().desk.conversations.value.filter((other) => other.visitor?.person.id === id && other.conversation_id !== conversation.conversation_id);
}

function Facts({ conversation, visitor }: { conversation: ConversationView; visitor: VisitorView }) {
  const presence = { here: t("onPage"), leaving: t("leavingPage"), gone: t("gonePage") }[visitor.presence];
  const browser = visitor.user_agent === null ? null : readUserAgent(visitor.user_agent);
  const device = [browser?.system, browser?.browser].filter(Boolean).join(", ");
  return (
    <dl class="facts">
      <Fact icon={pin} term={t("presence")}>
        <Presence of={visitor.presence} /> {presence}
      </Fact>
      {(visitor.page_title ?? visitor.page_url) && (
        <Fact icon={link} term={t("page")}>
          <PageLink title={visitor.page_title} url={visitor.page_url} />
        </Fact>
      )}
      {visitor.email && (
        <Fact icon={mail} term={t("email")}>
          <a href={`mailto:${visitor.email}`}>{visitor.email}</a>
        </Fact>
      )}
      {device && (
        <Fact icon={browser?.mobile ? mobile : desktop} term={t("device")}>
          {device}
        </Fact>
      )}
      {visitor.language && (
        <Fact icon={languageIcon} term={t("languageOf")}>
          {languageName(visitor.language)}
        </Fact>
      )}
      <Fact icon={layers} term={t("group")}>
        {conversation.group_name}
      </Fact>
    </dl>
  );
}

function Fact({ icon, term, children }: { icon: string; term: string; children: ComponentChildren }) {
  return (
    <div class="fact">
      <dt title={term}>
        <Icon of={icon} label={term} />
      </dt>
      <dd>{children}</dd>
    </div>
  );
}

/** The page as a link, where its address is one that a browser may follow. */
function PageLink({ title, url }: { title: string | null; url: string | null }) {
  const words = title ?? url;
  if (url === null || !/^https?:/.test(url)) return <>{words}</>;
  return (
    <a href={url} target="_blank" rel="noopener noreferrer nofollow">
      {words}
    </a>
  );
}

function languageName(code: string): string {
  try {
    return new Intl.DisplayNames(language.value, { type: "language" }).of(code) ?? code;
  } catch {
    // The visitor's browser may send anything.
    return code;
  }
}

function Operators({ conversation }: { conversation: ConversationView }) {
  const people = operatorsOf(conversation);
  if (people.length === 0) return null;
  return (
    <section class="card-section">
      <h3>{t("operators")}</h3>
      {people.map((person) => (
        <p key={person.id} class="card-row">
          <Icon of={user} />
          <span class="grow trunc">{person.name}</span>
          {isInCharge(conversation, person) && <Badge>{t("inCharge")}</Badge>}
        </p>
      ))}
    </section>
  );
}

function OtherConversation({ conversation }: { conversation: ConversationView }) {
  const panel = usePanel();
  const now = nowMs.value + panel.desk.state.value.clockOffsetMs;
  return (
    <button type="button" class="card-row card-link" onClick={() => panel.select(conversation.conversation_id)}>
      <Icon of={chat} />
      <span class="grow trunc">{conversation.group_name}</span>
      <span class="tip">{formatAgo(conversation.updated_at_ms, now)}</span>
    </button>
  );
}
