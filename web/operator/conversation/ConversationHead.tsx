import type { ConversationView } from "../../client/protocol.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { Badge } from "../../ui/Badge.tsx";
import { ToolButton } from "../../ui/Button.tsx";
import { chevronLeft, closeChat, door, info, userPlus } from "../../ui/icons.ts";
import { formatAgo } from "../../ui/i18n/format.ts";
import { CallSwitch } from "../call/CallSwitch.tsx";
import { StartCall } from "../call/StartCall.tsx";
import { formatAge } from "../age.ts";
import { waitingSinceMs } from "../chats/sections.ts";
import { nowMs } from "../clock.ts";
import { usePanel } from "../context.ts";
import { t } from "../texts.ts";
import type { Overlay } from "./Conversation.tsx";
import { canWriteIn, inviteObstacle, isInCharge, visitorName } from "./membership.ts";

interface HeadProps {
  conversation: ConversationView;
  onOverlay: (overlay: Overlay) => void;
}

/** Who the conversation is with and how things stand, then what one can do with it as a whole. */
export function ConversationHead({ conversation, onOverlay }: HeadProps) {
  const panel = usePanel();
  const name = visitorName(conversation);
  const inOwnCall = panel.calls.entered.value?.conversationId === conversation.conversation_id;
  return (
    <header class="pane-head conv-head">
      <span class="phone-only">
        <ToolButton icon={chevronLeft} label={t("backToList")} onClick={() => panel.select(null)} />
      </span>
      <Avatar name={name} presence={conversation.visitor?.presence} />
      <div class="grow">
        <h2 class="h3 conv-name">
          <span class="trunc">{name}</span>
          {conversation.state === "waiting" && <Badge tone="warning">{t("waiting")}</Badge>}
        </h2>
        <p class="tip trunc">{useStanding(conversation)}</p>
      </div>
      <div class="conv-tools">
        <Tools conversation={conversation} onOverlay={onOverlay} />
        <span class={inOwnCall ? "" : "narrow-only"}>
          <ToolButton icon={info} label={t("visitorCard")} onClick={() => onOverlay("card")} />
        </span>
      </div>
      {inOwnCall ? <CallSwitch conversation={conversation} /> : <StartCall conversation={conversation} />}
    </header>
  );
}

function Tools({ conversation, onOverlay }: HeadProps) {
  const { me } = usePanel();
  if (!canWriteIn(conversation, me)) return null;
  const obstacle = inviteObstacle(conversation);
  const reason = obstacle && t(obstacle === "full" ? "inviteFull" : "invitePending");
  return (
    <>
      <ToolButton icon={userPlus} label={t("inviteColleague")} disabledReason={reason ?? undefined} data-testid="invite-colleague" onClick={() => onOverlay("invite")} />
      {isInCharge(conversation, me) ? (
        <ToolButton icon={closeChat} label={t("closeChat")} data-testid="close-chat" onClick={() => onOverlay("close")} />
      ) : (
        <ToolButton icon={door} label={t("leaveChat")} data-testid="leave-chat" onClick={() => onOverlay("leave")} />
      )}
    </>
  );
}

/** `Sulla pagina · Consulenza visiva · in chat da 12 min`. */
function useStanding(conversation: ConversationView): string {
  const { visitor, group_name, call } = conversation;
  const now = nowMs.value + usePanel().desk.state.value.clockOffsetMs;
  const presence = { here: t("onPage"), leaving: t("leavingPage"), gone: t("gonePage") }[visitor?.presence ?? "gone"];
  if (call) return [t("inCallSince", { time: formatAge(now - call.started_at_ms) }), group_name].join(" · ");
  return [presence, group_name, sinceWhen(conversation, now)].join(" · ");
}

function sinceWhen(conversation: ConversationView, now: number): string {
  const { state, created_at_ms, updated_at_ms } = conversation;
  if (state === "waiting") return t("waitsSince", { time: formatAge(now - waitingSinceMs(conversation)) });
  if (state === "open") return t("chatSince", { time: formatAge(now - created_at_ms) });
  return t("chatOver", { time: formatAgo(updated_at_ms, now) });
}
