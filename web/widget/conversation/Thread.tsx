import { type Line, linesOf, type MessageLine } from "../../client/lines.ts";
import type { ConversationView, Person } from "../../client/protocol.ts";
import type { ThreadItem } from "../../client/thread.ts";
import { Button } from "../../ui/Button.tsx";
import { SkeletonRows } from "../../ui/Empty.tsx";
import { formatClock, formatDayLine } from "../../ui/i18n/format.ts";
import { chevronDown } from "../../ui/icons.ts";
import { Bubble, DayLine, deliveryOf, Log, MessageGroup, SystemLine, Typing } from "../../ui/Message.tsx";
import { useVisit } from "../context.ts";
import { tellRefusal } from "../errors.ts";
import { t } from "../texts.ts";
import { happeningOf } from "./happenings.ts";
import { useFollowing } from "./following.ts";

interface ThreadProps {
  view: ConversationView | null;
  items: readonly ThreadItem[];
  /** Whether it is on the screen at all, so that what stands at its end counts as read. */
  visible: boolean;
}

/** The log of a conversation. It stays at its end unless the visitor reads further up. */
export function Thread({ view, items, visible }: ThreadProps) {
  const { desk, config, shown } = useVisit();
  const { me } = desk.state.value;
  const following = useFollowing(items, visible && shown.value, () => view && desk.markRead(view.conversation_id));
  if (!me) return <div class="conv-log"><SkeletonRows /></div>;
  const reader = { me, calls: config.calls };
  return (
    <div class="conv-scroll">
      <div class="conv-log" ref={following.area} onScroll={following.onScroll} tabIndex={0}>
        {view?.earlier && <Earlier onLoad={() => void desk.loadEarlier(view.conversation_id).catch(tellRefusal)} />}
        <Log brand>
          {linesOf(items, (event) => happeningOf(event, reader) !== null).map((line) => (
            <LogLine key={line.key} line={line} me={me} view={view} />
          ))}
        </Log>
        <Typists view={view} />
      </div>
      {!following.atEnd && (
        <Button icon={chevronDown} size="s" onClick={following.toEnd}>
          {t("toEnd")}
        </Button>
      )}
    </div>
  );
}

function Earlier({ onLoad }: { onLoad: () => void }) {
  return (
    <Button kind="quiet" size="s" block onClick={onLoad}>
      {t("earlier")}
    </Button>
  );
}

interface LineProps {
  line: Line;
  me: Person;
  view: ConversationView | null;
}

function LogLine({ line, me, view }: LineProps) {
  const { desk, config } = useVisit();
  const { clockOffsetMs } = desk.state.value;
  if (line.kind === "messages") return <Messages line={line} me={me} view={view} />;
  if (line.kind === "day") return <DayLine>{formatDayLine(line.atMs - clockOffsetMs, Date.now())}</DayLine>;
  const happening = happeningOf({ ...line.event, atMs: line.event.atMs - clockOffsetMs }, { me, calls: config.calls });
  if (!happening) return null;
  return <SystemLine {...(happening.icon && { icon: happening.icon })}>{happening.text}</SystemLine>;
}

function Messages({ line, me, view }: LineProps & { line: MessageLine }) {
  const { desk, config } = useVisit();
  const { author, messages } = line;
  const last = messages.at(-1);
  if (!last) return null;
  const own = author.id === me.id;
  const inCharge = author.kind === "system" || author.id === view?.operator?.id;
  const online = desk.connectionState.value !== "offline";
  return (
    <MessageGroup
      kind={own ? "out" : inCharge ? "in" : "team"}
      name={author.kind === "system" ? config.company : author.name}
      time={formatClock(last.atMs - desk.state.value.clockOffsetMs)}
      delivery={deliveryOf(last.progress, online)}
      onRetry={() => void desk.messages.retry(last.key)}
    >
      {messages.map((message) => (
        <Bubble key={message.key} text={message.text} author={author.kind} delivery={deliveryOf(message.progress, online)} />
      ))}
    </MessageGroup>
  );
}

/** Who is writing. Its place is always kept, so that nothing moves when somebody begins. */
function Typists({ view }: { view: ConversationView | null }) {
  const { desk } = useVisit();
  const typists = (view && desk.state.value.typing.get(view.conversation_id)) ?? [];
  return (
    <div class="conv-typing">
      {typists.slice(0, 1).map(({ person }) => (
        <Typing key={person.id} name={person.name} />
      ))}
    </div>
  );
}
