import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ConversationView, Person } from "../../client/protocol.ts";
import { threadOf, type ThreadMessage } from "../../client/thread.ts";
import { Button } from "../../ui/Button.tsx";
import { arrow } from "../../ui/icons.ts";
import { formatClock, formatDayLine } from "../../ui/i18n/format.ts";
import { Bubble, DayLine, Log, MessageGroup, SystemLine, Typing, type Delivery } from "../../ui/Message.tsx";
import { nowMs } from "../clock.ts";
import { usePanel } from "../context.ts";
import { attempt, codeText } from "../errors.ts";
import { t } from "../texts.ts";
import { blocksOf, type Block, type MessageBlock } from "./blocks.ts";
import { lineOf } from "./lines.ts";
import { visitorName } from "./membership.ts";
import { useLogScroll } from "./useLogScroll.ts";

/** What was said and done, oldest first. It stays at its end, unless the operator reads further up. */
export function ConversationLog({ conversation }: { conversation: ConversationView }) {
  const panel = usePanel();
  const { me, pending } = panel.desk.state.value;
  const items = threadOf(conversation, pending, me ?? panel.me);
  const scroll = useLogScroll(items.at(0)?.key, items.at(-1)?.key);
  useReadMarks(conversation, scroll.atEnd.value);
  return (
    <div class="conv-body" ref={scroll.frame} onScroll={scroll.onScroll} tabIndex={0}>
      <div class="conv-log" ref={scroll.content}>
        {conversation.earlier && <Earlier conversationId={conversation.conversation_id} />}
        <Log>
          {blocksOf(items, panel.me).map((block) => (
            <BlockView key={block.key} block={block} visitor={visitorName(conversation)} />
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

function BlockView({ block, visitor }: { block: Block; visitor: string }) {
  const { me, desk } = usePanel();
  switch (block.kind) {
    case "day":
      return <DayLine>{formatDayLine(block.atMs, nowMs.value + desk.state.value.clockOffsetMs)}</DayLine>;
    case "welcome":
      return <SystemLine>{`${t("lineWelcome", { text: block.message.text })} · ${formatClock(block.message.atMs)}`}</SystemLine>;
    case "event": {
      const line = lineOf(block.event.body, { me, visitorName: visitor });
      return line && <SystemLine {...(line.icon && { icon: line.icon })}>{`${line.text} · ${formatClock(block.event.atMs)}`}</SystemLine>;
    }
    case "messages":
      return <Messages block={block} visitor={visitor} />;
  }
}

function Messages({ block, visitor }: { block: MessageBlock; visitor: string }) {
  const { desk } = usePanel();
  const online = desk.connectionState.value === "ready";
  const last = block.messages.at(-1);
  if (!last) return null;
  const delivery = deliveryOf(last, online);
  return (
    <>
      <MessageGroup
        kind={block.side}
        name={block.side === "in" ? visitor : block.author.name}
        time={formatClock(last.atMs)}
        delivery={delivery}
        onRetry={() => void desk.messages.retry(last.key)}
      >
        {block.messages.map((message) => (
          <Bubble key={message.key} text={message.text} author={message.author.kind} delivery={deliveryOf(message, online)} />
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

function deliveryOf({ progress }: ThreadMessage, online: boolean): Delivery | undefined {
  return progress === "sending" && !online ? "waiting" : (progress ?? undefined);
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
