import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { linesOf, type Line, type MessageLine } from "../../client/lines.ts";
import type { ConversationView, Person } from "../../client/protocol.ts";
import { threadOf, type ThreadEvent, type ThreadMessage } from "../../client/thread.ts";
import { Button } from "../../ui/Button.tsx";
import { arrow } from "../../ui/icons.ts";
import { formatClock, formatDayLine } from "../../ui/i18n/format.ts";
import { Bubble, DayLine, Log, MessageGroup, SystemLine, Typing, deliveryOf } from "../../ui/Message.tsx";
import { nowMs } from "../clock.ts";
import { usePanel } from "../context.ts";
import { attempt, codeText } from "../errors.ts";
import { t } from "../texts.ts";
import { lineOf } from "./lines.ts";
import { sideOf, visitorName } from "./membership.ts";
import { repetitions } from "./repetitions.ts";
import { useLogScroll } from "./useLogScroll.ts";

/** What was said and done, oldest first. It stays at its end, unless the operator reads further up. */
export function ConversationLog({ conversation }: { conversation: ConversationView }) {
  const panel = usePanel();
  const { me, pending } = panel.desk.state.value;
  const items = threadOf(conversation, pending, me ?? panel.me);
  const visitor = visitorName(conversation);
  const isRepeated = repetitions();
  const isShown = ({ body }: ThreadEvent) => !isRepeated(body) && lineOf(body, { me: panel.me, visitorName: visitor }) !== null;
  const scroll = useLogScroll(items.at(0)?.key, items.at(-1)?.key);
  useReadMarks(conversation, scroll.atEnd.value);
  return (
    <div class="conv-body" ref={scroll.frame} onScroll={scroll.onScroll} tabIndex={0}>
      <div class="conv-log" ref={scroll.content}>
        {conversation.earlier && <Earlier conversationId={conversation.conversation_id} />}
        <Log>
          {linesOf(items, isShown).map((line) => (
            <LogLine key={line.key} line={line} visitor={visitor} />
          ))}
        </Log>
        <Typists conversationId={conversation.conversation_id} me={panel.me} />
      </div>
      {!scroll.atEnd.value && conversation.unread > 0 && (
        <div class="conv-new">
          <Button size="s" kind="primary" icon={arrow} onClick={scroll.toEnd}>
            {t("newMessages")}
          </Button>
        </div>
      )}
    </div>
  );
}

/** What is on the screen counts as read, also when the operator comes back to the tab. */
function useReadMarks(conversation: ConversationView, atEnd: boolean): void {
  const panel = usePanel();
  useEffect(() => {
    if (!atEnd) return;
    const mark = () => panel.markRead(conversation);
    mark();
    document.addEventListener("visibilitychange", mark);
    return () => document.removeEventListener("visibilitychange", mark);
  }, [panel, conversation, atEnd]);
}

function Earlier({ conversationId }: { conversationId: string }) {
  const { desk } = usePanel();
  const busy = useSignal(false);
  const load = async () => {
    busy.value = true;
    await attempt(() => desk.loadEarlier(conversationId));
    busy.value = false;
  };
  return (
    <p class="conv-earlier">
      <Button size="s" kind="quiet" busy={busy.value} onClick={() => void load()}>
        {t("loadEarlier")}
      </Button>
    </p>
  );
}

function LogLine({ line, visitor }: { line: Line; visitor: string }) {
  const { me, desk } = usePanel();
  switch (line.kind) {
    case "day":
      return <DayLine>{formatDayLine(line.atMs, nowMs.value + desk.state.value.clockOffsetMs)}</DayLine>;
    case "event": {
      const told = lineOf(line.event.body, { me, visitorName: visitor });
      return told && <SystemLine {...(told.icon && { icon: told.icon })}>{`${told.text} · ${formatClock(line.event.atMs)}`}</SystemLine>;
    }
    case "messages":
      return line.author.kind === "system" ? <Welcome line={line} /> : <Messages line={line} visitor={visitor} />;
  }
}

/** What the desk itself said. */
function Welcome({ line }: { line: MessageLine }) {
  return (
    <>
      {line.messages.map(({ key, text, atMs }) => (
        <SystemLine key={key}>{`${t("lineWelcome", { text })} · ${formatClock(atMs)}`}</SystemLine>
      ))}
    </>
  );
}

function Messages({ line: { author, messages }, visitor }: { line: MessageLine; visitor: string }) {
  const { desk, me } = usePanel();
  const online = desk.connectionState.value === "ready";
  const last = messages.at(-1);
  const side = sideOf(author, me);
  if (!last) return null;
  const delivery = deliveryOf(last.progress, online);
  return (
    <>
      <MessageGroup
        kind={side}
        name={side === "in" ? visitor : author.name}
        time={formatClock(last.atMs)}
        delivery={delivery}
        onRetry={() => void desk.messages.retry(last.key)}
      >
        {messages.map((message) => (
          <Bubble key={message.key} text={message.text} author={message.author.kind} delivery={deliveryOf(message.progress, online)} />
        ))}
      </MessageGroup>
      {delivery === "failed" && <FailedLine message={last} />}
    </>
  );
}

/** Why a message did not go out, and the way to be rid of it. */
function FailedLine({ message }: { message: ThreadMessage }) {
  const { desk } = usePanel();
  return (
    <p class="conv-failed">
      {codeText(message.code ?? "")}
      <Button size="s" kind="quiet" onClick={() => desk.messages.discard(message.key)}>
        {t("discard")}
      </Button>
    </p>
  );
}

function Typists({ conversationId, me }: { conversationId: string; me: Person }) {
  const typists = usePanel().desk.state.value.typing.get(conversationId) ?? [];
  const others = typists.filter(({ person }) => person.id !== me.id);
  return (
    <>
      {others.map(({ person }) => (
        <Typing key={person.id} name={person.name} />
      ))}
    </>
  );
}
