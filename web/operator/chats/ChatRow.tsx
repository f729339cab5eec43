import type { ConversationView } from "../../client/protocol.ts";
import { visitorPresenceText } from "../../ui/Avatar.tsx";
import { Badge } from "../../ui/Badge.tsx";
import { formatAgo } from "../../ui/i18n/format.ts";
import { ListRow } from "../../ui/ListRow.tsx";
import { nowMs } from "../clock.ts";
import { usePanel } from "../context.ts";
import { visitorName } from "../conversation/membership.ts";
import { t } from "../texts.ts";
import { lastWords } from "./lastWords.ts";
import { waitingSinceMs } from "./sections.ts";

/** One chat: who, since when, the last words, and what it needs. */
export function ChatRow({ conversation }: { conversation: ConversationView }) {
  const panel = usePanel();
  const { conversation_id, state, group_name, visitor, unread, updated_at_ms, call } = conversation;
  const atMs = state === "waiting" ? waitingSinceMs(conversation) : updated_at_ms;
  const offsetMs = panel.desk.state.value.clockOffsetMs;
  const presence = visitor?.presence ?? "gone";
  return (
    <li data-testid="chat-row" data-conversation={conversation_id} data-state={state}>
      <ListRow
        name={visitorName(conversation)}
        presence={presence}
        presenceText={visitorPresenceText(presence)}
        time={formatAgo(atMs, nowMs.value + offsetMs)}
        last={lastWords(conversation, panel.me)}
        unread={state === "closed" ? 0 : unread}
        current={panel.selected.value?.conversation_id === conversation_id}
        foot={
          <>
            {state === "waiting" && <Badge tone="warning">{t("waiting")}</Badge>}
            {call && <Badge tone="accent">{t("inCallBadge")}</Badge>}
            <span class="trunc">{group_name}</span>
          </>
        }
        onOpen={() => panel.select(conversation_id)}
      />
    </li>
  );
}
